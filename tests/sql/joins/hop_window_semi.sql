-- Semi join of HOP windows by EXISTS.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,5,2024-01-01 00:00:21
u,z,5,2024-01-01 00:00:19
t,y,NULL,2024-01-01 00:00:14
t,NULL,4,2024-01-01 00:00:13
u,z,2,2024-01-01 00:00:14
t,x,1,2024-01-01 00:00:23
u,y,3,2024-01-01 00:00:11
t,y,3,2024-01-01 00:00:16
t,x,1,2024-01-01 00:00:12
u,z,4,2024-01-01 00:00:13
u,z,5,2024-01-01 00:00:21
u,NULL,3,2024-01-01 00:00:11
t,y,1,2024-01-01 00:00:08
t,y,NULL,2024-01-01 00:00:24
t,NULL,5,2024-01-01 00:00:13
t,y,5,2024-01-01 00:00:22
u,x,3,2024-01-01 00:00:19
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a, ts FROM events WHERE side = 'u';
SELECT k, a, window_end FROM (SELECT * FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) AS l WHERE EXISTS (SELECT * FROM (SELECT * FROM TABLE(HOP(TABLE u, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) AS r WHERE l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end);
/* expect select_1
{"k":"x","a":1,"window_end":"2024-01-01 00:00:24.000"}
{"k":"x","a":1,"window_end":"2024-01-01 00:00:26.000"}
{"k":"y","a":1,"window_end":"2024-01-01 00:00:12.000"}
{"k":"y","a":1,"window_end":"2024-01-01 00:00:14.000"}
{"k":"y","a":null,"window_end":"2024-01-01 00:00:16.000"}
*/
