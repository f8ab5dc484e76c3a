-- Sessions in the older form.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,5,2024-01-01 00:00:24
t,z,4,2024-01-01 00:00:17
t,z,6,2024-01-01 00:00:00
t,x,1,2024-01-01 00:00:13
t,x,NULL,2024-01-01 00:00:12
t,z,4,2024-01-01 00:00:20
t,z,2,2024-01-01 00:00:17
t,y,1,2024-01-01 00:00:13
t,z,6,2024-01-01 00:00:17
t,NULL,4,2024-01-01 00:00:08
t,NULL,2,2024-01-01 00:00:11
t,NULL,3,2024-01-01 00:00:22
t,NULL,NULL,2024-01-01 00:00:14
t,NULL,4,2024-01-01 00:00:15
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT SESSION_START(ts, INTERVAL '3' SECOND) AS s, SESSION_END(ts, INTERVAL '3' SECOND) AS e, k, COUNT(*) AS n FROM t GROUP BY k, SESSION(ts, INTERVAL '3' SECOND);
/* expect select_1
{"s":"2024-01-01 00:00:00.000","e":"2024-01-01 00:00:03.000","k":"z","n":1}
{"s":"2024-01-01 00:00:08.000","e":"2024-01-01 00:00:18.000","k":null,"n":4}
{"s":"2024-01-01 00:00:12.000","e":"2024-01-01 00:00:16.000","k":"x","n":2}
{"s":"2024-01-01 00:00:13.000","e":"2024-01-01 00:00:16.000","k":"y","n":1}
{"s":"2024-01-01 00:00:17.000","e":"2024-01-01 00:00:23.000","k":"z","n":4}
{"s":"2024-01-01 00:00:22.000","e":"2024-01-01 00:00:27.000","k":null,"n":2}
*/
