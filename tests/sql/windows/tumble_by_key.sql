-- TUMBLE windows by key, with every plain aggregate.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,1,2024-01-01 00:00:12
t,z,6,2024-01-01 00:00:11
t,z,5,2024-01-01 00:00:16
t,z,6,2024-01-01 00:00:05
t,y,4,2024-01-01 00:00:10
t,y,NULL,2024-01-01 00:00:21
t,z,6,2024-01-01 00:00:09
t,y,2,2024-01-01 00:00:23
t,NULL,4,2024-01-01 00:00:00
t,y,1,2024-01-01 00:00:03
t,z,3,2024-01-01 00:00:06
t,y,1,2024-01-01 00:00:13
t,x,3,2024-01-01 00:00:20
t,NULL,4,2024-01-01 00:00:07
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, window_end, k, COUNT(*) AS n, SUM(a) AS s, MIN(a) AS lo, MAX(a) AS hi, COUNT(DISTINCT a) AS d FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end, k;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:05.000","k":"y","n":1,"s":1,"lo":1,"hi":1,"d":1}
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:05.000","k":null,"n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:10.000","k":"z","n":3,"s":15,"lo":3,"hi":6,"d":2}
{"window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:10.000","k":null,"n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:15.000","k":"y","n":3,"s":6,"lo":1,"hi":4,"d":2}
{"window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:15.000","k":"z","n":1,"s":6,"lo":6,"hi":6,"d":1}
{"window_start":"2024-01-01 00:00:15.000","window_end":"2024-01-01 00:00:20.000","k":"z","n":1,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:25.000","k":"x","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:25.000","k":"y","n":2,"s":2,"lo":2,"hi":2,"d":1}
*/
