-- The last row of each key in each TUMBLE window.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,4,2024-01-01 00:00:07
t,NULL,4,2024-01-01 00:00:00
t,z,6,2024-01-01 00:00:05
t,z,6,2024-01-01 00:00:11
t,z,5,2024-01-01 00:00:16
t,x,3,2024-01-01 00:00:20
t,z,6,2024-01-01 00:00:09
t,y,NULL,2024-01-01 00:00:21
t,y,1,2024-01-01 00:00:03
t,y,1,2024-01-01 00:00:13
t,y,1,2024-01-01 00:00:12
t,y,2,2024-01-01 00:00:23
t,y,4,2024-01-01 00:00:10
t,z,3,2024-01-01 00:00:06
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, a FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts DESC) AS rn FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND))) WHERE rn = 1;
/* expect select_1
{"window_end":"2024-01-01 00:00:05.000","k":"y","a":1}
{"window_end":"2024-01-01 00:00:05.000","k":null,"a":4}
{"window_end":"2024-01-01 00:00:10.000","k":"z","a":6}
{"window_end":"2024-01-01 00:00:10.000","k":null,"a":4}
{"window_end":"2024-01-01 00:00:15.000","k":"y","a":1}
{"window_end":"2024-01-01 00:00:15.000","k":"z","a":6}
{"window_end":"2024-01-01 00:00:20.000","k":"z","a":5}
{"window_end":"2024-01-01 00:00:25.000","k":"x","a":3}
{"window_end":"2024-01-01 00:00:25.000","k":"y","a":2}
*/
