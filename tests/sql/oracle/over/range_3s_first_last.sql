-- RANGE BETWEEN INTERVAL '3' SECOND PRECEDING AND CURRENT ROW: first_last
CREATE TABLE c (id INT, k STRING, a INT, d DECIMAL(8, 2), f DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
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
SELECT id, FIRST_VALUE(a) OVER w AS f1, LAST_VALUE(a) OVER w AS f2 FROM c WINDOW w AS (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '3' SECOND PRECEDING AND CURRENT ROW);
/* expect changelog select_1
{"op":"+I","id":1,"f1":1,"f2":1}
{"op":"+I","id":2,"f1":2,"f2":2}
{"op":"+I","id":3,"f1":1,"f2":3}
{"op":"+I","id":4,"f1":4,"f2":4}
{"op":"+I","id":5,"f1":1,"f2":3}
{"op":"+I","id":6,"f1":5,"f2":5}
{"op":"+I","id":7,"f1":3,"f2":8}
{"op":"+I","id":8,"f1":3,"f2":8}
{"op":"+I","id":9,"f1":5,"f2":2}
{"op":"+I","id":10,"f1":9,"f2":9}
{"op":"+I","id":11,"f1":6,"f2":6}
*/
