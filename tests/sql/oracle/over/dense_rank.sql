-- DENSE_RANK() by event time
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
SELECT id, DENSE_RANK() OVER (PARTITION BY k ORDER BY ts) AS v FROM c;
/* expect changelog select_1
{"op":"+I","id":1,"v":1}
{"op":"+I","id":2,"v":1}
{"op":"+I","id":3,"v":2}
{"op":"+I","id":5,"v":3}
{"op":"+I","id":6,"v":2}
{"op":"+I","id":9,"v":3}
{"op":"+I","id":10,"v":1}
{"op":"+I","id":11,"v":4}
*/
