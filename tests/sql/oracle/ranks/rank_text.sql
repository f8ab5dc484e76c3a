-- the first 2 by s DESC, with their place
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
SELECT k, id, a, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY s DESC) AS rn FROM t) WHERE rn <= 2;
/* expect changelog select_1
{"op":"+I","k":"x","id":1,"a":5,"rn":1}
{"op":"+I","k":"x","id":2,"a":3,"rn":2}
{"op":"+I","k":"y","id":3,"a":null,"rn":1}
{"op":"-U","k":"y","id":3,"a":null,"rn":1}
{"op":"+U","k":"y","id":1,"a":7,"rn":1}
{"op":"+I","k":"y","id":3,"a":null,"rn":2}
{"op":"+I","k":null,"id":4,"a":1,"rn":1}
{"op":"-U","k":"x","id":2,"a":3,"rn":2}
{"op":"+U","k":"x","id":3,"a":2,"rn":2}
{"op":"-U","k":"y","id":3,"a":null,"rn":2}
{"op":"+U","k":"y","id":1,"a":7,"rn":2}
{"op":"+I","k":"z","id":5,"a":-3,"rn":1}
{"op":"+I","k":"z","id":2,"a":9,"rn":2}
*/
