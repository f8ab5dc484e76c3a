-- Anti join of TUMBLE windows by NOT EXISTS.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,6,2024-01-01 00:00:22
u,y,6,2024-01-01 00:00:13
u,x,2,2024-01-01 00:00:17
u,z,5,2024-01-01 00:00:23
u,y,1,2024-01-01 00:00:14
t,y,3,2024-01-01 00:00:13
t,y,NULL,2024-01-01 00:00:02
u,y,NULL,2024-01-01 00:00:01
t,y,4,2024-01-01 00:00:00
t,NULL,6,2024-01-01 00:00:05
u,x,NULL,2024-01-01 00:00:17
t,x,6,2024-01-01 00:00:03
t,y,3,2024-01-01 00:00:00
t,y,4,2024-01-01 00:00:19
u,x,2,2024-01-01 00:00:06
u,z,4,2024-01-01 00:00:05
t,NULL,NULL,2024-01-01 00:00:19
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a, ts FROM events WHERE side = 'u';
SELECT k, a, window_end FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND))) AS l WHERE NOT EXISTS (SELECT * FROM (SELECT * FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '5' SECOND))) AS r WHERE l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end);
/* expect select_1
{"k":"x","a":6,"window_end":"2024-01-01 00:00:05.000"}
{"k":"y","a":4,"window_end":"2024-01-01 00:00:20.000"}
{"k":null,"a":6,"window_end":"2024-01-01 00:00:10.000"}
{"k":null,"a":null,"window_end":"2024-01-01 00:00:20.000"}
*/
