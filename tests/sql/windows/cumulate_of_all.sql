-- CUMULATE windows over all rows, with FILTER and HAVING.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,4,2024-01-01 00:00:22
t,z,2,2024-01-01 00:00:15
t,x,3,2024-01-01 00:00:19
t,z,4,2024-01-01 00:00:22
t,z,2,2024-01-01 00:00:16
t,x,6,2024-01-01 00:00:16
t,y,3,2024-01-01 00:00:14
t,NULL,4,2024-01-01 00:00:01
t,y,3,2024-01-01 00:00:12
t,x,4,2024-01-01 00:00:23
t,x,3,2024-01-01 00:00:02
t,x,2,2024-01-01 00:00:12
t,NULL,3,2024-01-01 00:00:11
t,y,2,2024-01-01 00:00:08
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, COUNT(*) FILTER (WHERE a > 2) AS n, SUM(a) AS s FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start, window_end HAVING COUNT(*) > 1;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","n":2,"s":7}
{"window_start":"2024-01-01 00:00:00.000","n":2,"s":7}
{"window_start":"2024-01-01 00:00:06.000","n":1,"s":5}
{"window_start":"2024-01-01 00:00:12.000","n":1,"s":5}
{"window_start":"2024-01-01 00:00:12.000","n":2,"s":10}
{"window_start":"2024-01-01 00:00:12.000","n":3,"s":18}
{"window_start":"2024-01-01 00:00:18.000","n":4,"s":15}
*/
