-- Tumbling windows in the older form with all their parts.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,2,2024-01-01 00:00:17
t,x,1,2024-01-01 00:00:13
t,NULL,4,2024-01-01 00:00:15
t,NULL,3,2024-01-01 00:00:22
t,NULL,2,2024-01-01 00:00:11
t,NULL,NULL,2024-01-01 00:00:14
t,z,4,2024-01-01 00:00:20
t,x,NULL,2024-01-01 00:00:12
t,NULL,5,2024-01-01 00:00:24
t,z,6,2024-01-01 00:00:00
t,z,4,2024-01-01 00:00:17
t,z,6,2024-01-01 00:00:17
t,NULL,4,2024-01-01 00:00:08
t,y,1,2024-01-01 00:00:13
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT k, TUMBLE_START(ts, INTERVAL '5' SECOND) AS s, TUMBLE_END(ts, INTERVAL '5' SECOND) AS e, SUM(a) AS v FROM t GROUP BY k, TUMBLE(ts, INTERVAL '5' SECOND);
/* expect select_1
{"k":"x","s":"2024-01-01 00:00:10.000","e":"2024-01-01 00:00:15.000","v":1}
{"k":"y","s":"2024-01-01 00:00:10.000","e":"2024-01-01 00:00:15.000","v":1}
{"k":"z","s":"2024-01-01 00:00:00.000","e":"2024-01-01 00:00:05.000","v":6}
{"k":"z","s":"2024-01-01 00:00:15.000","e":"2024-01-01 00:00:20.000","v":12}
{"k":"z","s":"2024-01-01 00:00:20.000","e":"2024-01-01 00:00:25.000","v":4}
{"k":null,"s":"2024-01-01 00:00:05.000","e":"2024-01-01 00:00:10.000","v":4}
{"k":null,"s":"2024-01-01 00:00:10.000","e":"2024-01-01 00:00:15.000","v":2}
{"k":null,"s":"2024-01-01 00:00:15.000","e":"2024-01-01 00:00:20.000","v":4}
{"k":null,"s":"2024-01-01 00:00:20.000","e":"2024-01-01 00:00:25.000","v":8}
*/
