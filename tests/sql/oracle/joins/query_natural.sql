-- natural
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
SELECT * FROM (SELECT k, v FROM l) NATURAL JOIN (SELECT k, w FROM r);
/* expect select_1
{"k":1,"v":"a","w":"a"}
{"k":1,"v":"a","w":"p"}
{"k":1,"v":"b","w":"a"}
{"k":1,"v":"b","w":"p"}
{"k":2,"v":"c","w":"q"}
{"k":2,"v":"c","w":"q"}
{"k":2,"v":"c","w":null}
{"k":2,"v":"c","w":null}
{"k":3,"v":"e","w":"e"}
*/
