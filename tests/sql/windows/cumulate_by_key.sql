-- CUMULATE windows by key, with every plain aggregate.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,3,2024-01-01 00:00:02
t,z,4,2024-01-01 00:00:22
t,y,3,2024-01-01 00:00:14
t,NULL,3,2024-01-01 00:00:11
t,NULL,4,2024-01-01 00:00:22
t,y,3,2024-01-01 00:00:12
t,x,2,2024-01-01 00:00:12
t,x,3,2024-01-01 00:00:19
t,NULL,4,2024-01-01 00:00:01
t,y,2,2024-01-01 00:00:08
t,z,2,2024-01-01 00:00:15
t,z,2,2024-01-01 00:00:16
t,x,6,2024-01-01 00:00:16
t,x,4,2024-01-01 00:00:23
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, window_end, k, COUNT(*) AS n, SUM(a) AS s, MIN(a) AS lo, MAX(a) AS hi, COUNT(DISTINCT a) AS d FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start, window_end, k;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:02.000","k":null,"n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:04.000","k":"x","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:04.000","k":null,"n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:06.000","k":"x","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:06.000","k":null,"n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:06.000","window_end":"2024-01-01 00:00:10.000","k":"y","n":1,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:06.000","window_end":"2024-01-01 00:00:12.000","k":"y","n":1,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:06.000","window_end":"2024-01-01 00:00:12.000","k":null,"n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:14.000","k":"x","n":1,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:14.000","k":"y","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:16.000","k":"x","n":1,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:16.000","k":"y","n":2,"s":6,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:16.000","k":"z","n":1,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:18.000","k":"x","n":2,"s":8,"lo":2,"hi":6,"d":2}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:18.000","k":"y","n":2,"s":6,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:18.000","k":"z","n":2,"s":4,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:20.000","k":"x","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:22.000","k":"x","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:24.000","k":"x","n":2,"s":7,"lo":3,"hi":4,"d":2}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:24.000","k":"z","n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:24.000","k":null,"n":1,"s":4,"lo":4,"hi":4,"d":1}
*/
