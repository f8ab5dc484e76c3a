-- hop grouped by its start alone is an updating aggregate
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
SELECT window_start, COUNT(*) AS n FROM TABLE(HOP(TABLE c, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start;
/* expect select_1
{"window_start":"2023-12-31 23:59:56.000","n":1}
{"window_start":"2023-12-31 23:59:58.000","n":4}
{"window_start":"2024-01-01 00:00:00.000","n":6}
{"window_start":"2024-01-01 00:00:02.000","n":6}
{"window_start":"2024-01-01 00:00:04.000","n":4}
{"window_start":"2024-01-01 00:00:06.000","n":3}
{"window_start":"2024-01-01 00:00:08.000","n":2}
{"window_start":"2024-01-01 00:00:10.000","n":1}
{"window_start":"2024-01-01 00:00:20.000","n":1}
{"window_start":"2024-01-01 00:00:22.000","n":2}
{"window_start":"2024-01-01 00:00:24.000","n":2}
{"window_start":"2024-01-01 00:00:26.000","n":1}
*/
