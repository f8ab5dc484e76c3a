-- Full join of HOP windows.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,1,2024-01-01 00:00:23
t,y,NULL,2024-01-01 00:00:24
u,x,5,2024-01-01 00:00:21
u,z,4,2024-01-01 00:00:13
u,z,2,2024-01-01 00:00:14
u,z,5,2024-01-01 00:00:19
u,z,5,2024-01-01 00:00:21
t,NULL,4,2024-01-01 00:00:13
u,y,3,2024-01-01 00:00:11
u,NULL,3,2024-01-01 00:00:11
t,y,NULL,2024-01-01 00:00:14
t,y,5,2024-01-01 00:00:22
t,x,1,2024-01-01 00:00:12
t,y,1,2024-01-01 00:00:08
t,NULL,5,2024-01-01 00:00:13
u,x,3,2024-01-01 00:00:19
t,y,3,2024-01-01 00:00:16
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a, ts FROM events WHERE side = 'u';
SELECT l.a AS la, r.a AS ra, COALESCE(l.k, r.k) AS k, COALESCE(l.window_end, r.window_end) AS e FROM (SELECT * FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) AS l FULL JOIN (SELECT * FROM TABLE(HOP(TABLE u, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) AS r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end;
/* expect select_1
{"la":1,"ra":3,"k":"x","e":"2024-01-01 00:00:24.000"}
{"la":1,"ra":3,"k":"y","e":"2024-01-01 00:00:12.000"}
{"la":1,"ra":3,"k":"y","e":"2024-01-01 00:00:14.000"}
{"la":1,"ra":5,"k":"x","e":"2024-01-01 00:00:24.000"}
{"la":1,"ra":5,"k":"x","e":"2024-01-01 00:00:26.000"}
{"la":1,"ra":null,"k":"x","e":"2024-01-01 00:00:14.000"}
{"la":1,"ra":null,"k":"x","e":"2024-01-01 00:00:16.000"}
{"la":1,"ra":null,"k":"x","e":"2024-01-01 00:00:18.000"}
{"la":1,"ra":null,"k":"x","e":"2024-01-01 00:00:28.000"}
{"la":1,"ra":null,"k":"y","e":"2024-01-01 00:00:10.000"}
{"la":3,"ra":null,"k":"y","e":"2024-01-01 00:00:18.000"}
{"la":3,"ra":null,"k":"y","e":"2024-01-01 00:00:20.000"}
{"la":3,"ra":null,"k":"y","e":"2024-01-01 00:00:22.000"}
{"la":4,"ra":null,"k":null,"e":"2024-01-01 00:00:14.000"}
{"la":4,"ra":null,"k":null,"e":"2024-01-01 00:00:16.000"}
{"la":4,"ra":null,"k":null,"e":"2024-01-01 00:00:18.000"}
{"la":5,"ra":null,"k":"y","e":"2024-01-01 00:00:24.000"}
{"la":5,"ra":null,"k":"y","e":"2024-01-01 00:00:26.000"}
{"la":5,"ra":null,"k":"y","e":"2024-01-01 00:00:28.000"}
{"la":5,"ra":null,"k":null,"e":"2024-01-01 00:00:14.000"}
{"la":5,"ra":null,"k":null,"e":"2024-01-01 00:00:16.000"}
{"la":5,"ra":null,"k":null,"e":"2024-01-01 00:00:18.000"}
{"la":null,"ra":2,"k":"z","e":"2024-01-01 00:00:16.000"}
{"la":null,"ra":2,"k":"z","e":"2024-01-01 00:00:18.000"}
{"la":null,"ra":2,"k":"z","e":"2024-01-01 00:00:20.000"}
{"la":null,"ra":3,"k":"x","e":"2024-01-01 00:00:20.000"}
{"la":null,"ra":3,"k":"x","e":"2024-01-01 00:00:22.000"}
{"la":null,"ra":3,"k":"y","e":"2024-01-01 00:00:16.000"}
{"la":null,"ra":3,"k":null,"e":"2024-01-01 00:00:12.000"}
{"la":null,"ra":3,"k":null,"e":"2024-01-01 00:00:14.000"}
{"la":null,"ra":3,"k":null,"e":"2024-01-01 00:00:16.000"}
{"la":null,"ra":4,"k":"z","e":"2024-01-01 00:00:14.000"}
{"la":null,"ra":4,"k":"z","e":"2024-01-01 00:00:16.000"}
{"la":null,"ra":4,"k":"z","e":"2024-01-01 00:00:18.000"}
{"la":null,"ra":5,"k":"x","e":"2024-01-01 00:00:22.000"}
{"la":null,"ra":5,"k":"z","e":"2024-01-01 00:00:20.000"}
{"la":null,"ra":5,"k":"z","e":"2024-01-01 00:00:22.000"}
{"la":null,"ra":5,"k":"z","e":"2024-01-01 00:00:22.000"}
{"la":null,"ra":5,"k":"z","e":"2024-01-01 00:00:24.000"}
{"la":null,"ra":5,"k":"z","e":"2024-01-01 00:00:24.000"}
{"la":null,"ra":5,"k":"z","e":"2024-01-01 00:00:26.000"}
{"la":null,"ra":null,"k":"y","e":"2024-01-01 00:00:18.000"}
{"la":null,"ra":null,"k":"y","e":"2024-01-01 00:00:20.000"}
{"la":null,"ra":null,"k":"y","e":"2024-01-01 00:00:26.000"}
{"la":null,"ra":null,"k":"y","e":"2024-01-01 00:00:28.000"}
{"la":null,"ra":null,"k":"y","e":"2024-01-01 00:00:30.000"}
*/
