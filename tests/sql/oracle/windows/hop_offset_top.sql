-- the largest two of each hop_offset
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
SELECT k, s, window_end, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY s DESC, k) AS rn FROM (
  SELECT k, window_start, window_end, SUM(a) AS s FROM TABLE(HOP(TABLE c, DESCRIPTOR(ts), INTERVAL '3' SECOND, INTERVAL '6' SECOND, INTERVAL '-1' SECOND)) GROUP BY k, window_start, window_end)) WHERE rn <= 2;
/* expect select_1
{"k":"x","s":1,"window_end":"2024-01-01 00:00:02.000","rn":1}
{"k":"x","s":4,"window_end":"2024-01-01 00:00:05.000","rn":2}
{"k":"x","s":6,"window_end":"2024-01-01 00:00:08.000","rn":2}
{"k":"x","s":null,"window_end":"2024-01-01 00:00:11.000","rn":2}
{"k":"y","s":2,"window_end":"2024-01-01 00:00:14.000","rn":1}
{"k":"y","s":6,"window_end":"2024-01-01 00:00:26.000","rn":1}
{"k":"y","s":6,"window_end":"2024-01-01 00:00:29.000","rn":2}
{"k":"y","s":7,"window_end":"2024-01-01 00:00:08.000","rn":1}
{"k":"y","s":7,"window_end":"2024-01-01 00:00:11.000","rn":1}
{"k":"z","s":-7,"window_end":"2024-01-01 00:00:14.000","rn":2}
{"k":"z","s":-7,"window_end":"2024-01-01 00:00:17.000","rn":1}
{"k":"z","s":9,"window_end":"2024-01-01 00:00:29.000","rn":1}
{"k":"z","s":9,"window_end":"2024-01-01 00:00:32.000","rn":1}
{"k":null,"s":4,"window_end":"2024-01-01 00:00:05.000","rn":1}
*/
