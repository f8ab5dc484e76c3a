-- LISTAGG(s, '; ') AS l over rows that are taken back
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
CREATE VIEW u AS SELECT id, LAST_VALUE(k) AS k, LAST_VALUE(a) AS a, LAST_VALUE(d) AS d, LAST_VALUE(s) AS s FROM t GROUP BY id;
SELECT k, LISTAGG(s, '; ') AS l FROM u GROUP BY k;
/* expect select_1
{"k":"x","l":"b; d"}
{"k":"y","l":"c"}
{"k":"z","l":"e; a"}
*/
