-- Anti join of CUMULATE windows by NOT EXISTS.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,6,2024-01-01 00:00:11
t,y,NULL,2024-01-01 00:00:12
u,NULL,2,2024-01-01 00:00:05
t,y,3,2024-01-01 00:00:04
u,z,3,2024-01-01 00:00:21
u,y,3,2024-01-01 00:00:21
t,y,5,2024-01-01 00:00:10
u,x,5,2024-01-01 00:00:23
u,x,NULL,2024-01-01 00:00:09
u,x,NULL,2024-01-01 00:00:22
u,NULL,6,2024-01-01 00:00:18
t,NULL,4,2024-01-01 00:00:20
u,NULL,5,2024-01-01 00:00:23
t,y,5,2024-01-01 00:00:07
t,x,NULL,2024-01-01 00:00:09
u,NULL,NULL,2024-01-01 00:00:21
t,NULL,6,2024-01-01 00:00:00
t,z,5,2024-01-01 00:00:01
t,z,5,2024-01-01 00:00:04
t,x,2,2024-01-01 00:00:15
u,z,3,2024-01-01 00:00:14
u,x,4,2024-01-01 00:00:05
u,y,1,2024-01-01 00:00:24
t,z,4,2024-01-01 00:00:08
t,y,1,2024-01-01 00:00:05
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a, ts FROM events WHERE side = 'u';
SELECT k, a, window_end FROM (SELECT * FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) AS l WHERE NOT EXISTS (SELECT * FROM (SELECT * FROM TABLE(CUMULATE(TABLE u, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) AS r WHERE l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end);
/* expect select_1
{"k":"x","a":2,"window_end":"2024-01-01 00:00:16.000"}
{"k":"x","a":2,"window_end":"2024-01-01 00:00:18.000"}
{"k":"y","a":1,"window_end":"2024-01-01 00:00:06.000"}
{"k":"y","a":3,"window_end":"2024-01-01 00:00:06.000"}
{"k":"y","a":5,"window_end":"2024-01-01 00:00:08.000"}
{"k":"y","a":5,"window_end":"2024-01-01 00:00:10.000"}
{"k":"y","a":5,"window_end":"2024-01-01 00:00:12.000"}
{"k":"y","a":5,"window_end":"2024-01-01 00:00:12.000"}
{"k":"y","a":null,"window_end":"2024-01-01 00:00:14.000"}
{"k":"y","a":null,"window_end":"2024-01-01 00:00:16.000"}
{"k":"y","a":null,"window_end":"2024-01-01 00:00:18.000"}
{"k":"z","a":4,"window_end":"2024-01-01 00:00:10.000"}
{"k":"z","a":4,"window_end":"2024-01-01 00:00:12.000"}
{"k":"z","a":5,"window_end":"2024-01-01 00:00:02.000"}
{"k":"z","a":5,"window_end":"2024-01-01 00:00:04.000"}
{"k":"z","a":5,"window_end":"2024-01-01 00:00:06.000"}
{"k":"z","a":5,"window_end":"2024-01-01 00:00:06.000"}
{"k":null,"a":4,"window_end":"2024-01-01 00:00:22.000"}
{"k":null,"a":4,"window_end":"2024-01-01 00:00:24.000"}
{"k":null,"a":6,"window_end":"2024-01-01 00:00:02.000"}
{"k":null,"a":6,"window_end":"2024-01-01 00:00:04.000"}
{"k":null,"a":6,"window_end":"2024-01-01 00:00:06.000"}
{"k":null,"a":6,"window_end":"2024-01-01 00:00:12.000"}
*/
