-- Inner join of CUMULATE windows.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,NULL,2024-01-01 00:00:09
t,y,NULL,2024-01-01 00:00:12
u,NULL,6,2024-01-01 00:00:18
t,x,NULL,2024-01-01 00:00:09
u,NULL,5,2024-01-01 00:00:23
u,NULL,NULL,2024-01-01 00:00:21
t,NULL,4,2024-01-01 00:00:20
u,x,5,2024-01-01 00:00:23
u,x,4,2024-01-01 00:00:05
t,y,1,2024-01-01 00:00:05
t,NULL,6,2024-01-01 00:00:00
t,y,5,2024-01-01 00:00:07
t,z,5,2024-01-01 00:00:04
t,z,4,2024-01-01 00:00:08
u,y,1,2024-01-01 00:00:24
t,x,2,2024-01-01 00:00:15
u,NULL,2,2024-01-01 00:00:05
u,x,NULL,2024-01-01 00:00:22
t,z,5,2024-01-01 00:00:01
u,z,3,2024-01-01 00:00:21
u,y,3,2024-01-01 00:00:21
t,y,5,2024-01-01 00:00:10
t,y,3,2024-01-01 00:00:04
t,NULL,6,2024-01-01 00:00:11
u,z,3,2024-01-01 00:00:14
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a, ts FROM events WHERE side = 'u';
SELECT l.a AS la, r.a AS ra, COALESCE(l.k, r.k) AS k, COALESCE(l.window_end, r.window_end) AS e FROM (SELECT * FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) AS l INNER JOIN (SELECT * FROM TABLE(CUMULATE(TABLE u, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) AS r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end;
/* expect select_1
{"la":null,"ra":null,"k":"x","e":"2024-01-01 00:00:10.000"}
{"la":null,"ra":null,"k":"x","e":"2024-01-01 00:00:12.000"}
*/
