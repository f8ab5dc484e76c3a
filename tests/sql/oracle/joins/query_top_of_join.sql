-- top of join
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
SELECT k, v, w FROM (SELECT l.k, v, w, ROW_NUMBER() OVER (PARTITION BY l.k ORDER BY w DESC) AS rn FROM l JOIN r ON l.k = r.k) WHERE rn = 1;
/* expect select_1
{"k":1,"v":"a","w":"p"}
{"k":2,"v":"c","w":"q"}
{"k":3,"v":"e","w":"e"}
*/
