-- ROWS BETWEEN 2 PRECEDING AND CURRENT ROW over late rows: sum
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
SELECT id, SUM(a) OVER w AS s, SUM(d) OVER w AS sd FROM c WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
/* expect changelog select_1
{"op":"+I","id":1,"s":1,"sd":"1.50"}
{"op":"+I","id":2,"s":2,"sd":"-2.25"}
{"op":"+I","id":3,"s":4,"sd":"11.50"}
{"op":"+I","id":4,"s":4,"sd":"0.10"}
{"op":"+I","id":5,"s":4,"sd":"11.50"}
{"op":"+I","id":6,"s":7,"sd":"5.52"}
{"op":"+I","id":7,"s":6,"sd":"20.00"}
{"op":"+I","id":8,"s":11,"sd":"10.01"}
{"op":"+I","id":9,"s":9,"sd":"10.52"}
{"op":"+I","id":10,"s":9,"sd":"99.99"}
{"op":"+I","id":11,"s":13,"sd":"13.77"}
*/
