-- The two largest of each HOP window.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,5,2024-01-01 00:00:10
t,z,NULL,2024-01-01 00:00:10
t,x,5,2024-01-01 00:00:04
t,y,5,2024-01-01 00:00:20
t,x,2,2024-01-01 00:00:21
t,NULL,6,2024-01-01 00:00:19
t,z,3,2024-01-01 00:00:22
t,NULL,2,2024-01-01 00:00:24
t,z,6,2024-01-01 00:00:13
t,x,NULL,2024-01-01 00:00:23
t,NULL,3,2024-01-01 00:00:15
t,y,4,2024-01-01 00:00:15
t,x,NULL,2024-01-01 00:00:11
t,NULL,NULL,2024-01-01 00:00:20
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, a, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY a DESC, ts) AS rn FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) WHERE rn <= 2;
/* expect select_1
{"window_end":"2024-01-01 00:00:06.000","k":"x","a":5,"rn":1}
{"window_end":"2024-01-01 00:00:08.000","k":"x","a":5,"rn":1}
{"window_end":"2024-01-01 00:00:10.000","k":"x","a":5,"rn":1}
{"window_end":"2024-01-01 00:00:12.000","k":"x","a":5,"rn":1}
{"window_end":"2024-01-01 00:00:12.000","k":"z","a":null,"rn":2}
{"window_end":"2024-01-01 00:00:14.000","k":"x","a":5,"rn":2}
{"window_end":"2024-01-01 00:00:14.000","k":"z","a":6,"rn":1}
{"window_end":"2024-01-01 00:00:16.000","k":"x","a":5,"rn":2}
{"window_end":"2024-01-01 00:00:16.000","k":"z","a":6,"rn":1}
{"window_end":"2024-01-01 00:00:18.000","k":"y","a":4,"rn":2}
{"window_end":"2024-01-01 00:00:18.000","k":"z","a":6,"rn":1}
{"window_end":"2024-01-01 00:00:20.000","k":"y","a":4,"rn":2}
{"window_end":"2024-01-01 00:00:20.000","k":null,"a":6,"rn":1}
{"window_end":"2024-01-01 00:00:22.000","k":"y","a":5,"rn":2}
{"window_end":"2024-01-01 00:00:22.000","k":null,"a":6,"rn":1}
{"window_end":"2024-01-01 00:00:24.000","k":"y","a":5,"rn":2}
{"window_end":"2024-01-01 00:00:24.000","k":null,"a":6,"rn":1}
{"window_end":"2024-01-01 00:00:26.000","k":"y","a":5,"rn":1}
{"window_end":"2024-01-01 00:00:26.000","k":"z","a":3,"rn":2}
{"window_end":"2024-01-01 00:00:28.000","k":"z","a":3,"rn":1}
{"window_end":"2024-01-01 00:00:28.000","k":null,"a":2,"rn":2}
{"window_end":"2024-01-01 00:00:30.000","k":null,"a":2,"rn":1}
*/
