-- TUMBLE windows by key, with every plain aggregate.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,NULL,2024-01-01 00:00:09
t,y,5,2024-01-01 00:00:13
t,z,NULL,2024-01-01 00:00:05
t,z,6,2024-01-01 00:00:13
t,NULL,5,2024-01-01 00:00:03
t,z,1,2024-01-01 00:00:22
t,y,3,2024-01-01 00:00:22
t,NULL,5,2024-01-01 00:00:03
t,x,NULL,2024-01-01 00:00:14
t,x,3,2024-01-01 00:00:02
t,z,1,2024-01-01 00:00:00
t,x,2,2024-01-01 00:00:20
t,NULL,4,2024-01-01 00:00:03
t,NULL,1,2024-01-01 00:00:13
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, window_end, k, COUNT(*) AS n, SUM(a) AS s, MIN(a) AS lo, MAX(a) AS hi, COUNT(DISTINCT a) AS d FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '2' SECOND)) GROUP BY window_start, window_end, k;
/* expect select_1
{"window_start":"2023-12-31 23:59:57.000","window_end":"2024-01-01 00:00:02.000","k":"z","n":1,"s":1,"lo":1,"hi":1,"d":1}
{"window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:07.000","k":"x","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:07.000","k":"z","n":1,"s":null,"lo":null,"hi":null,"d":0}
{"window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:07.000","k":null,"n":3,"s":14,"lo":4,"hi":5,"d":2}
{"window_start":"2024-01-01 00:00:07.000","window_end":"2024-01-01 00:00:12.000","k":"x","n":1,"s":null,"lo":null,"hi":null,"d":0}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:17.000","k":"x","n":1,"s":null,"lo":null,"hi":null,"d":0}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:17.000","k":"y","n":1,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:17.000","k":"z","n":1,"s":6,"lo":6,"hi":6,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:17.000","k":null,"n":1,"s":1,"lo":1,"hi":1,"d":1}
{"window_start":"2024-01-01 00:00:17.000","window_end":"2024-01-01 00:00:22.000","k":"x","n":1,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:22.000","window_end":"2024-01-01 00:00:27.000","k":"y","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:22.000","window_end":"2024-01-01 00:00:27.000","k":"z","n":1,"s":1,"lo":1,"hi":1,"d":1}
*/
