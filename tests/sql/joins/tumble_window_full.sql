-- Full join of TUMBLE windows.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,6,2024-01-01 00:00:22
u,x,NULL,2024-01-01 00:00:17
u,z,5,2024-01-01 00:00:23
t,x,6,2024-01-01 00:00:03
t,NULL,NULL,2024-01-01 00:00:19
u,x,2,2024-01-01 00:00:17
u,y,6,2024-01-01 00:00:13
u,z,4,2024-01-01 00:00:05
t,NULL,6,2024-01-01 00:00:05
t,y,4,2024-01-01 00:00:00
u,y,1,2024-01-01 00:00:14
u,x,2,2024-01-01 00:00:06
t,y,3,2024-01-01 00:00:00
u,y,NULL,2024-01-01 00:00:01
t,y,4,2024-01-01 00:00:19
t,y,3,2024-01-01 00:00:13
t,y,NULL,2024-01-01 00:00:02
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a, ts FROM events WHERE side = 'u';
SELECT l.a AS la, r.a AS ra, COALESCE(l.k, r.k) AS k, COALESCE(l.window_end, r.window_end) AS e FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND))) AS l FULL JOIN (SELECT * FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '5' SECOND))) AS r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end;
/* expect select_1
{"la":3,"ra":1,"k":"y","e":"2024-01-01 00:00:15.000"}
{"la":3,"ra":6,"k":"y","e":"2024-01-01 00:00:15.000"}
{"la":3,"ra":null,"k":"y","e":"2024-01-01 00:00:05.000"}
{"la":4,"ra":null,"k":"y","e":"2024-01-01 00:00:05.000"}
{"la":4,"ra":null,"k":"y","e":"2024-01-01 00:00:20.000"}
{"la":6,"ra":5,"k":"z","e":"2024-01-01 00:00:25.000"}
{"la":6,"ra":null,"k":"x","e":"2024-01-01 00:00:05.000"}
{"la":6,"ra":null,"k":null,"e":"2024-01-01 00:00:10.000"}
{"la":null,"ra":2,"k":"x","e":"2024-01-01 00:00:10.000"}
{"la":null,"ra":2,"k":"x","e":"2024-01-01 00:00:20.000"}
{"la":null,"ra":4,"k":"z","e":"2024-01-01 00:00:10.000"}
{"la":null,"ra":null,"k":"x","e":"2024-01-01 00:00:20.000"}
{"la":null,"ra":null,"k":"y","e":"2024-01-01 00:00:05.000"}
{"la":null,"ra":null,"k":null,"e":"2024-01-01 00:00:20.000"}
*/
