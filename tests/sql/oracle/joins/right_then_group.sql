-- an aggregate over a RIGHT JOIN
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
SELECT l.k, COUNT(*) AS n, COUNT(r.id) AS matched FROM l RIGHT JOIN r ON l.k = r.k GROUP BY l.k;
/* expect select_1
{"k":1,"n":4,"matched":4}
{"k":2,"n":4,"matched":4}
{"k":3,"n":1,"matched":1}
{"k":null,"n":2,"matched":2}
*/
