-- Windows of windows by window_time.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,NULL,2024-01-01 00:00:12
t,z,4,2024-01-01 00:00:20
t,NULL,NULL,2024-01-01 00:00:14
t,z,4,2024-01-01 00:00:17
t,NULL,3,2024-01-01 00:00:22
t,y,1,2024-01-01 00:00:13
t,NULL,4,2024-01-01 00:00:15
t,NULL,4,2024-01-01 00:00:08
t,x,1,2024-01-01 00:00:13
t,z,6,2024-01-01 00:00:17
t,z,2,2024-01-01 00:00:17
t,z,6,2024-01-01 00:00:00
t,NULL,5,2024-01-01 00:00:24
t,NULL,2,2024-01-01 00:00:11
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, SUM(n) AS s, MAX(n) AS m FROM TABLE(TUMBLE((SELECT window_time AS ts, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND)) GROUP BY window_start, window_end, window_time), DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","s":2,"m":1}
{"window_start":"2024-01-01 00:00:10.000","s":9,"m":3}
{"window_start":"2024-01-01 00:00:20.000","s":3,"m":1}
*/
