-- ARRAY_AGG(a) AS c over all rows
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
SELECT ARRAY_AGG(a) AS c FROM t;
/* expect changelog select_1
{"op":"+I","c":[5]}
{"op":"-U","c":[5]}
{"op":"+U","c":[5,3]}
{"op":"-U","c":[5,3]}
{"op":"+U","c":[5,3,null]}
{"op":"-U","c":[5,3,null]}
{"op":"+U","c":[5,3,null,7]}
{"op":"-U","c":[5,3,null,7]}
{"op":"+U","c":[5,3,null,7,9]}
{"op":"-U","c":[5,3,null,7,9]}
{"op":"+U","c":[5,3,null,7,9,1]}
{"op":"-U","c":[5,3,null,7,9,1]}
{"op":"+U","c":[5,3,null,7,9,1,2]}
{"op":"-U","c":[5,3,null,7,9,1,2]}
{"op":"+U","c":[5,3,null,7,9,1,2,7]}
{"op":"-U","c":[5,3,null,7,9,1,2,7]}
{"op":"+U","c":[5,3,null,7,9,1,2,7,null]}
{"op":"-U","c":[5,3,null,7,9,1,2,7,null]}
{"op":"+U","c":[5,3,null,7,9,1,2,7,null,-3]}
{"op":"-U","c":[5,3,null,7,9,1,2,7,null,-3]}
{"op":"+U","c":[5,3,null,7,9,1,2,7,null,-3,9]}
*/
