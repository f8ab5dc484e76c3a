-- The two largest of each TUMBLE window.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,1,2024-01-01 00:00:13
t,z,6,2024-01-01 00:00:13
t,x,NULL,2024-01-01 00:00:09
t,x,NULL,2024-01-01 00:00:14
t,NULL,4,2024-01-01 00:00:03
t,x,3,2024-01-01 00:00:02
t,y,3,2024-01-01 00:00:22
t,z,1,2024-01-01 00:00:22
t,NULL,5,2024-01-01 00:00:03
t,y,5,2024-01-01 00:00:13
t,z,1,2024-01-01 00:00:00
t,x,2,2024-01-01 00:00:20
t,z,NULL,2024-01-01 00:00:05
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, a, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY a DESC, ts) AS rn FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '2' SECOND))) WHERE rn <= 2;
/* expect select_1
{"window_end":"2024-01-01 00:00:02.000","k":"z","a":1,"rn":1}
{"window_end":"2024-01-01 00:00:07.000","k":null,"a":4,"rn":2}
{"window_end":"2024-01-01 00:00:07.000","k":null,"a":5,"rn":1}
{"window_end":"2024-01-01 00:00:12.000","k":"x","a":null,"rn":1}
{"window_end":"2024-01-01 00:00:17.000","k":"y","a":5,"rn":2}
{"window_end":"2024-01-01 00:00:17.000","k":"z","a":6,"rn":1}
{"window_end":"2024-01-01 00:00:22.000","k":"x","a":2,"rn":1}
{"window_end":"2024-01-01 00:00:27.000","k":"y","a":3,"rn":1}
{"window_end":"2024-01-01 00:00:27.000","k":"z","a":1,"rn":2}
*/
