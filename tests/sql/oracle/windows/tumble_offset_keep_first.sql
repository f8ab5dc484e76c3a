-- the first row of each tumble_offset
CREATE TABLE c (k STRING, a INT, d DECIMAL(8, 2), f DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
x,1,1.50,0.5,2024-01-01 00:00:01
y,2,-2.25,1e3,2024-01-01 00:00:02
x,3,10.00,-0.25,2024-01-01 00:00:02
-,4,0.10,-,2024-01-01 00:00:04
x,-,-,2.5,2024-01-01 00:00:07
y,5,7.77,0.125,2024-01-01 00:00:05.500
x,3,10.00,-0.25,2024-01-01 00:00:02
z,-7,0.01,-1e-3,2024-01-01 00:00:11.999
y,2,5.00,8.0,2024-01-01 00:00:08
z,9,99.99,0.0,2024-01-01 00:00:26
y,6,1.00,1.0,2024-01-01 00:00:24
');
SELECT k, a, ts, window_end FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts ASC) AS rn FROM TABLE(TUMBLE(TABLE c, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '1' SECOND))) WHERE rn <= 1;
/* expect select_1
{"k":"x","a":1,"ts":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:06.000"}
{"k":"x","a":null,"ts":"2024-01-01 00:00:07.000","window_end":"2024-01-01 00:00:11.000"}
{"k":"y","a":2,"ts":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:06.000"}
{"k":"y","a":2,"ts":"2024-01-01 00:00:08.000","window_end":"2024-01-01 00:00:11.000"}
{"k":"y","a":6,"ts":"2024-01-01 00:00:24.000","window_end":"2024-01-01 00:00:26.000"}
{"k":"z","a":-7,"ts":"2024-01-01 00:00:11.999","window_end":"2024-01-01 00:00:16.000"}
{"k":"z","a":9,"ts":"2024-01-01 00:00:26.000","window_end":"2024-01-01 00:00:31.000"}
{"k":null,"a":4,"ts":"2024-01-01 00:00:04.000","window_end":"2024-01-01 00:00:06.000"}
*/
