-- three
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
SELECT a.id, b.w, c2.v FROM l AS a JOIN r AS b ON a.k = b.k JOIN l AS c2 ON b.k = c2.k;
/* expect select_1
{"id":1,"w":"a","v":"a"}
{"id":1,"w":"a","v":"b"}
{"id":1,"w":"p","v":"a"}
{"id":1,"w":"p","v":"b"}
{"id":2,"w":"a","v":"a"}
{"id":2,"w":"a","v":"b"}
{"id":2,"w":"p","v":"a"}
{"id":2,"w":"p","v":"b"}
{"id":3,"w":"q","v":"c"}
{"id":3,"w":"q","v":"c"}
{"id":3,"w":"q","v":"c"}
{"id":3,"w":"q","v":"c"}
{"id":3,"w":null,"v":"c"}
{"id":3,"w":null,"v":"c"}
{"id":3,"w":null,"v":"c"}
{"id":3,"w":null,"v":"c"}
{"id":6,"w":"e","v":"e"}
*/
