-- TUMBLE windows over all rows, with FILTER and HAVING.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,4,2024-01-01 00:00:10
t,y,1,2024-01-01 00:00:13
t,y,1,2024-01-01 00:00:03
t,z,6,2024-01-01 00:00:05
t,NULL,4,2024-01-01 00:00:00
t,y,NULL,2024-01-01 00:00:21
t,z,5,2024-01-01 00:00:16
t,y,1,2024-01-01 00:00:12
t,z,3,2024-01-01 00:00:06
t,y,2,2024-01-01 00:00:23
t,x,3,2024-01-01 00:00:20
t,z,6,2024-01-01 00:00:11
t,NULL,4,2024-01-01 00:00:07
t,z,6,2024-01-01 00:00:09
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, COUNT(*) FILTER (WHERE a > 2) AS n, SUM(a) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end HAVING COUNT(*) > 1;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","n":1,"s":5}
{"window_start":"2024-01-01 00:00:05.000","n":4,"s":19}
{"window_start":"2024-01-01 00:00:10.000","n":2,"s":12}
{"window_start":"2024-01-01 00:00:20.000","n":1,"s":5}
*/
