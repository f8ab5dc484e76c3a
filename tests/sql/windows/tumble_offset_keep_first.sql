-- The first row of each key in each TUMBLE window.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,NULL,2024-01-01 00:00:14
t,z,6,2024-01-01 00:00:13
t,y,3,2024-01-01 00:00:22
t,NULL,1,2024-01-01 00:00:13
t,y,5,2024-01-01 00:00:13
t,x,2,2024-01-01 00:00:20
t,z,NULL,2024-01-01 00:00:05
t,NULL,5,2024-01-01 00:00:03
t,z,1,2024-01-01 00:00:00
t,x,3,2024-01-01 00:00:02
t,z,1,2024-01-01 00:00:22
t,x,NULL,2024-01-01 00:00:09
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, a FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts ASC) AS rn FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '2' SECOND))) WHERE rn = 1;
/* expect select_1
{"window_end":"2024-01-01 00:00:02.000","k":"z","a":1}
{"window_end":"2024-01-01 00:00:07.000","k":"x","a":3}
{"window_end":"2024-01-01 00:00:07.000","k":"z","a":null}
{"window_end":"2024-01-01 00:00:07.000","k":null,"a":5}
{"window_end":"2024-01-01 00:00:12.000","k":"x","a":null}
{"window_end":"2024-01-01 00:00:17.000","k":"x","a":null}
{"window_end":"2024-01-01 00:00:17.000","k":"y","a":5}
{"window_end":"2024-01-01 00:00:17.000","k":"z","a":6}
{"window_end":"2024-01-01 00:00:17.000","k":null,"a":1}
{"window_end":"2024-01-01 00:00:22.000","k":"x","a":2}
{"window_end":"2024-01-01 00:00:27.000","k":"y","a":3}
{"window_end":"2024-01-01 00:00:27.000","k":"z","a":1}
*/
