-- Sessions of all rows.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,4,2024-01-01 00:00:15
t,z,6,2024-01-01 00:00:17
t,NULL,5,2024-01-01 00:00:24
t,y,1,2024-01-01 00:00:13
t,x,NULL,2024-01-01 00:00:12
t,x,1,2024-01-01 00:00:13
t,NULL,NULL,2024-01-01 00:00:14
t,z,4,2024-01-01 00:00:17
t,NULL,3,2024-01-01 00:00:22
t,NULL,4,2024-01-01 00:00:08
t,NULL,2,2024-01-01 00:00:11
t,z,2,2024-01-01 00:00:17
t,z,4,2024-01-01 00:00:20
t,z,6,2024-01-01 00:00:00
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, window_end, COUNT(*) AS n, MAX(a) AS m FROM TABLE(SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:02.000","n":1,"m":6}
{"window_start":"2024-01-01 00:00:08.000","window_end":"2024-01-01 00:00:10.000","n":1,"m":4}
{"window_start":"2024-01-01 00:00:11.000","window_end":"2024-01-01 00:00:19.000","n":9,"m":6}
{"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:26.000","n":3,"m":5}
*/
