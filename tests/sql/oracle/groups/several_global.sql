-- COUNT(*) AS n, SUM(a) AS s, AVG(d) AS m, MIN(s) AS lo, MAX(s) AS hi, COUNT(DISTINCT k) AS ks over all rows
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
SELECT COUNT(*) AS n, SUM(a) AS s, AVG(d) AS m, MIN(s) AS lo, MAX(s) AS hi, COUNT(DISTINCT k) AS ks FROM t;
/* expect changelog select_1
{"op":"+I","n":1,"s":5,"m":"1.500000","lo":"b","hi":"b","ks":1}
{"op":"-U","n":1,"s":5,"m":"1.500000","lo":"b","hi":"b","ks":1}
{"op":"+U","n":2,"s":8,"m":"2.000000","lo":"a","hi":"b","ks":1}
{"op":"-U","n":2,"s":8,"m":"2.000000","lo":"a","hi":"b","ks":1}
{"op":"+U","n":3,"s":8,"m":"2.000000","lo":"a","hi":"b","ks":2}
{"op":"-U","n":3,"s":8,"m":"2.000000","lo":"a","hi":"b","ks":2}
{"op":"+U","n":4,"s":15,"m":"1.350000","lo":"a","hi":"c","ks":2}
{"op":"-U","n":4,"s":15,"m":"1.350000","lo":"a","hi":"c","ks":2}
{"op":"+U","n":5,"s":24,"m":"1.845000","lo":"a","hi":"c","ks":2}
{"op":"-U","n":5,"s":24,"m":"1.845000","lo":"a","hi":"c","ks":2}
{"op":"+U","n":6,"s":25,"m":"2.276000","lo":"a","hi":"d","ks":2}
{"op":"-U","n":6,"s":25,"m":"2.276000","lo":"a","hi":"d","ks":2}
{"op":"+U","n":7,"s":27,"m":"3.561667","lo":"a","hi":"d","ks":2}
{"op":"-U","n":7,"s":27,"m":"3.561667","lo":"a","hi":"d","ks":2}
{"op":"+U","n":8,"s":34,"m":"3.060000","lo":"a","hi":"d","ks":2}
{"op":"-U","n":8,"s":34,"m":"3.060000","lo":"a","hi":"d","ks":2}
{"op":"+U","n":9,"s":34,"m":"2.802500","lo":"a","hi":"d","ks":2}
{"op":"-U","n":9,"s":34,"m":"2.802500","lo":"a","hi":"d","ks":2}
{"op":"+U","n":10,"s":31,"m":"2.380000","lo":"a","hi":"e","ks":3}
{"op":"-U","n":10,"s":31,"m":"2.380000","lo":"a","hi":"e","ks":3}
{"op":"+U","n":11,"s":40,"m":"2.475000","lo":"a","hi":"e","ks":3}
*/
