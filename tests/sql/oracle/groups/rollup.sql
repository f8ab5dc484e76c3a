-- ROLLUP (k, s): what is left out is NULL, and GROUPING tells it from a NULL that is there
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
SELECT k, s, GROUPING(k) AS gk, GROUPING_ID(k, s) AS g, COUNT(*) AS n, SUM(a) AS total FROM t GROUP BY ROLLUP (k, s);
/* expect select_1
{"k":"x","s":"a","gk":0,"g":0,"n":2,"total":12}
{"k":"x","s":"b","gk":0,"g":0,"n":2,"total":7}
{"k":"x","s":null,"gk":0,"g":0,"n":1,"total":null}
{"k":"x","s":null,"gk":0,"g":1,"n":5,"total":19}
{"k":"y","s":"c","gk":0,"g":0,"n":2,"total":14}
{"k":"y","s":null,"gk":0,"g":0,"n":1,"total":null}
{"k":"y","s":null,"gk":0,"g":1,"n":3,"total":14}
{"k":"z","s":"a","gk":0,"g":0,"n":1,"total":9}
{"k":"z","s":"e","gk":0,"g":0,"n":1,"total":-3}
{"k":"z","s":null,"gk":0,"g":1,"n":2,"total":6}
{"k":null,"s":"d","gk":0,"g":0,"n":1,"total":1}
{"k":null,"s":null,"gk":0,"g":1,"n":1,"total":1}
{"k":null,"s":null,"gk":1,"g":3,"n":11,"total":40}
*/
