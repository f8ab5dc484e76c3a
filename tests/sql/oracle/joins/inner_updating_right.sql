-- INNER JOIN whose right side is taken back
CREATE TABLE l (id INT, k INT, v STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,1,a
2,1,b
3,2,c
4,-,d
5,9,-
3,2,c
6,3,e
');
CREATE TABLE r (id INT, k INT, w STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,1,a
1,1,p
3,2,-
3,2,q
7,-,d
8,4,s
6,3,e
');
SELECT l.id, y.n, y.m FROM l INNER JOIN (SELECT k, COUNT(*) AS n, MAX(w) AS m FROM r GROUP BY k) AS y ON l.k = y.k;
/* expect select_1
{"id":1,"n":2,"m":"p"}
{"id":2,"n":2,"m":"p"}
{"id":3,"n":2,"m":"q"}
{"id":3,"n":2,"m":"q"}
{"id":6,"n":1,"m":"e"}
*/
