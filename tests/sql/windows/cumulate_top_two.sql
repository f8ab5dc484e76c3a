-- The two largest of each CUMULATE window.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,2,2024-01-01 00:00:16
t,y,3,2024-01-01 00:00:12
t,NULL,3,2024-01-01 00:00:11
t,z,4,2024-01-01 00:00:22
t,y,3,2024-01-01 00:00:14
t,x,3,2024-01-01 00:00:02
t,x,2,2024-01-01 00:00:12
t,x,3,2024-01-01 00:00:19
t,NULL,4,2024-01-01 00:00:01
t,x,6,2024-01-01 00:00:16
t,y,2,2024-01-01 00:00:08
t,x,4,2024-01-01 00:00:23
t,z,2,2024-01-01 00:00:15
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, a, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY a DESC, ts) AS rn FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))) WHERE rn <= 2;
/* expect select_1
{"window_end":"2024-01-01 00:00:02.000","k":null,"a":4,"rn":1}
{"window_end":"2024-01-01 00:00:04.000","k":"x","a":3,"rn":2}
{"window_end":"2024-01-01 00:00:04.000","k":null,"a":4,"rn":1}
{"window_end":"2024-01-01 00:00:06.000","k":"x","a":3,"rn":2}
{"window_end":"2024-01-01 00:00:06.000","k":null,"a":4,"rn":1}
{"window_end":"2024-01-01 00:00:10.000","k":"y","a":2,"rn":1}
{"window_end":"2024-01-01 00:00:12.000","k":"y","a":2,"rn":2}
{"window_end":"2024-01-01 00:00:12.000","k":null,"a":3,"rn":1}
{"window_end":"2024-01-01 00:00:14.000","k":"x","a":2,"rn":2}
{"window_end":"2024-01-01 00:00:14.000","k":"y","a":3,"rn":1}
{"window_end":"2024-01-01 00:00:16.000","k":"y","a":3,"rn":1}
{"window_end":"2024-01-01 00:00:16.000","k":"y","a":3,"rn":2}
{"window_end":"2024-01-01 00:00:18.000","k":"x","a":6,"rn":1}
{"window_end":"2024-01-01 00:00:18.000","k":"y","a":3,"rn":2}
{"window_end":"2024-01-01 00:00:20.000","k":"x","a":3,"rn":1}
{"window_end":"2024-01-01 00:00:22.000","k":"x","a":3,"rn":1}
{"window_end":"2024-01-01 00:00:24.000","k":"x","a":4,"rn":2}
{"window_end":"2024-01-01 00:00:24.000","k":"z","a":4,"rn":1}
*/
