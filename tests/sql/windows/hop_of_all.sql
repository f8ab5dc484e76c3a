-- HOP windows over all rows, with FILTER and HAVING.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,5,2024-01-01 00:00:10
t,y,4,2024-01-01 00:00:15
t,x,5,2024-01-01 00:00:04
t,z,NULL,2024-01-01 00:00:10
t,NULL,3,2024-01-01 00:00:15
t,z,3,2024-01-01 00:00:22
t,x,NULL,2024-01-01 00:00:23
t,y,5,2024-01-01 00:00:20
t,NULL,2,2024-01-01 00:00:24
t,x,2,2024-01-01 00:00:21
t,NULL,NULL,2024-01-01 00:00:20
t,x,NULL,2024-01-01 00:00:11
t,z,6,2024-01-01 00:00:13
t,NULL,6,2024-01-01 00:00:19
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, COUNT(*) FILTER (WHERE a > 2) AS n, SUM(a) AS s FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start, window_end HAVING COUNT(*) > 1;
/* expect select_1
{"window_start":"2024-01-01 00:00:06.000","n":1,"s":5}
{"window_start":"2024-01-01 00:00:08.000","n":2,"s":11}
{"window_start":"2024-01-01 00:00:10.000","n":4,"s":18}
{"window_start":"2024-01-01 00:00:12.000","n":3,"s":13}
{"window_start":"2024-01-01 00:00:14.000","n":3,"s":13}
{"window_start":"2024-01-01 00:00:16.000","n":2,"s":13}
{"window_start":"2024-01-01 00:00:18.000","n":3,"s":16}
{"window_start":"2024-01-01 00:00:20.000","n":2,"s":12}
{"window_start":"2024-01-01 00:00:22.000","n":1,"s":5}
*/
