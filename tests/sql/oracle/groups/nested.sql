-- SUM(a) + COUNT(*) * 2 AS v, CAST(MAX(a) AS BIGINT) - MIN(a) AS w by key: every change
CREATE TABLE t (id INT, k STRING, a INT, d DECIMAL(8, 2), f DOUBLE, s STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,x,5,1.50,0.5,b
2,x,3,2.50,1.5,a
3,y,-,-,-,-
1,y,7,0.05,2.0,c
2,x,9,3.33,-1.0,a
4,-,1,4.00,0.25,d
3,x,2,9.99,8.0,b
1,y,7,0.05,2.0,c
4,x,-,1.00,-0.5,-
5,z,-3,-1.00,16.0,e
2,z,9,3.33,-1.0,a
');
SELECT k, SUM(a) + COUNT(*) * 2 AS v, CAST(MAX(a) AS BIGINT) - MIN(a) AS w FROM t GROUP BY k;
/* expect changelog select_1
{"op":"+I","k":"x","v":7,"w":0}
{"op":"-U","k":"x","v":7,"w":0}
{"op":"+U","k":"x","v":12,"w":2}
{"op":"+I","k":"y","v":null,"w":null}
{"op":"-U","k":"y","v":null,"w":null}
{"op":"+U","k":"y","v":11,"w":0}
{"op":"-U","k":"x","v":12,"w":2}
{"op":"+U","k":"x","v":23,"w":6}
{"op":"+I","k":null,"v":3,"w":0}
{"op":"-U","k":"x","v":23,"w":6}
{"op":"+U","k":"x","v":27,"w":7}
{"op":"-U","k":"y","v":11,"w":0}
{"op":"+U","k":"y","v":20,"w":0}
{"op":"-U","k":"x","v":27,"w":7}
{"op":"+U","k":"x","v":29,"w":7}
{"op":"+I","k":"z","v":-1,"w":0}
{"op":"-U","k":"z","v":-1,"w":0}
{"op":"+U","k":"z","v":10,"w":12}
*/
