-- The key with the most rows in each window.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,5,2024-01-01 00:00:24
t,z,4,2024-01-01 00:00:20
t,x,1,2024-01-01 00:00:13
t,y,1,2024-01-01 00:00:13
t,NULL,4,2024-01-01 00:00:15
t,NULL,2,2024-01-01 00:00:11
t,NULL,3,2024-01-01 00:00:22
t,z,4,2024-01-01 00:00:17
t,x,NULL,2024-01-01 00:00:12
t,z,6,2024-01-01 00:00:17
t,NULL,4,2024-01-01 00:00:08
t,z,2,2024-01-01 00:00:17
t,NULL,NULL,2024-01-01 00:00:14
t,z,6,2024-01-01 00:00:00
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC, k) AS rn FROM (SELECT window_start, window_end, k, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND)) WHERE k IS NOT NULL GROUP BY window_start, window_end, k)) WHERE rn = 1;
/* expect select_1
{"window_end":"2024-01-01 00:00:05.000","k":"z","n":1}
{"window_end":"2024-01-01 00:00:15.000","k":"x","n":2}
{"window_end":"2024-01-01 00:00:20.000","k":"z","n":3}
{"window_end":"2024-01-01 00:00:25.000","k":"z","n":1}
*/
