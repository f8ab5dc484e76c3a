-- COUNT(*) AS n, SUM(a) AS s, AVG(d) AS m, MIN(s) AS lo, MAX(s) AS hi, COUNT(DISTINCT k) AS ks by key: every change
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
SELECT k, COUNT(*) AS n, SUM(a) AS s, AVG(d) AS m, MIN(s) AS lo, MAX(s) AS hi, COUNT(DISTINCT k) AS ks FROM t GROUP BY k;
/* expect changelog select_1
{"op":"+I","k":"x","n":1,"s":5,"m":"1.500000","lo":"b","hi":"b","ks":1}
{"op":"-U","k":"x","n":1,"s":5,"m":"1.500000","lo":"b","hi":"b","ks":1}
{"op":"+U","k":"x","n":2,"s":8,"m":"2.000000","lo":"a","hi":"b","ks":1}
{"op":"+I","k":"y","n":1,"s":null,"m":null,"lo":null,"hi":null,"ks":1}
{"op":"-U","k":"y","n":1,"s":null,"m":null,"lo":null,"hi":null,"ks":1}
{"op":"+U","k":"y","n":2,"s":7,"m":"0.050000","lo":"c","hi":"c","ks":1}
{"op":"-U","k":"x","n":2,"s":8,"m":"2.000000","lo":"a","hi":"b","ks":1}
{"op":"+U","k":"x","n":3,"s":17,"m":"2.443333","lo":"a","hi":"b","ks":1}
{"op":"+I","k":null,"n":1,"s":1,"m":"4.000000","lo":"d","hi":"d","ks":0}
{"op":"-U","k":"x","n":3,"s":17,"m":"2.443333","lo":"a","hi":"b","ks":1}
{"op":"+U","k":"x","n":4,"s":19,"m":"4.330000","lo":"a","hi":"b","ks":1}
{"op":"-U","k":"y","n":2,"s":7,"m":"0.050000","lo":"c","hi":"c","ks":1}
{"op":"+U","k":"y","n":3,"s":14,"m":"0.050000","lo":"c","hi":"c","ks":1}
{"op":"-U","k":"x","n":4,"s":19,"m":"4.330000","lo":"a","hi":"b","ks":1}
{"op":"+U","k":"x","n":5,"s":19,"m":"3.664000","lo":"a","hi":"b","ks":1}
{"op":"+I","k":"z","n":1,"s":-3,"m":"-1.000000","lo":"e","hi":"e","ks":1}
{"op":"-U","k":"z","n":1,"s":-3,"m":"-1.000000","lo":"e","hi":"e","ks":1}
{"op":"+U","k":"z","n":2,"s":6,"m":"1.165000","lo":"a","hi":"e","ks":1}
*/
