-- ROWS BETWEEN 0 PRECEDING AND CURRENT ROW over late rows: avg
CREATE TABLE c (id INT, k STRING, a INT, d DECIMAL(8, 2), f DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,x,1,1.50,0.5,2024-01-01 00:00:01
2,y,2,-2.25,1e3,2024-01-01 00:00:02
3,x,3,10.00,-0.25,2024-01-01 00:00:03
4,-,4,0.10,-,2024-01-01 00:00:03
5,x,-,-,2.5,2024-01-01 00:00:04
6,y,5,7.77,0.125,2024-01-01 00:00:06
7,x,3,10.00,-0.25,2024-01-01 00:00:06
8,x,8,0.01,-1e-3,2024-01-01 00:00:06
9,y,2,5.00,8.0,2024-01-01 00:00:08
10,z,9,99.99,0.0,2024-01-01 00:00:16
11,y,6,1.00,1.0,2024-01-01 00:00:24
');
SELECT id, AVG(a) OVER w AS m, AVG(d) OVER w AS md FROM c WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 0 PRECEDING AND CURRENT ROW);
/* expect changelog select_1
{"op":"+I","id":1,"m":1,"md":"1.500000"}
{"op":"+I","id":2,"m":2,"md":"-2.250000"}
{"op":"+I","id":3,"m":3,"md":"10.000000"}
{"op":"+I","id":4,"m":4,"md":"0.100000"}
{"op":"+I","id":5,"m":null,"md":null}
{"op":"+I","id":6,"m":5,"md":"7.770000"}
{"op":"+I","id":7,"m":3,"md":"10.000000"}
{"op":"+I","id":8,"m":8,"md":"0.010000"}
{"op":"+I","id":9,"m":2,"md":"5.000000"}
{"op":"+I","id":10,"m":9,"md":"99.990000"}
{"op":"+I","id":11,"m":6,"md":"1.000000"}
*/
