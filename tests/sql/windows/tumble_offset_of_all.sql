-- TUMBLE windows over all rows, with FILTER and HAVING.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,2,2024-01-01 00:00:20
t,x,NULL,2024-01-01 00:00:14
t,NULL,4,2024-01-01 00:00:03
t,z,1,2024-01-01 00:00:00
t,NULL,5,2024-01-01 00:00:03
t,y,3,2024-01-01 00:00:22
t,NULL,5,2024-01-01 00:00:03
t,NULL,1,2024-01-01 00:00:13
t,x,3,2024-01-01 00:00:02
t,z,1,2024-01-01 00:00:22
t,x,NULL,2024-01-01 00:00:09
t,z,6,2024-01-01 00:00:13
t,y,5,2024-01-01 00:00:13
t,z,NULL,2024-01-01 00:00:05
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, COUNT(*) FILTER (WHERE a > 2) AS n, SUM(a) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '2' SECOND)) GROUP BY window_start, window_end HAVING COUNT(*) > 1;
/* expect select_1
{"window_start":"2024-01-01 00:00:02.000","n":4,"s":17}
{"window_start":"2024-01-01 00:00:12.000","n":2,"s":12}
{"window_start":"2024-01-01 00:00:22.000","n":1,"s":4}
*/
