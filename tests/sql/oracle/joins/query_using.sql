-- using
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
SELECT v, w FROM l JOIN r USING (k);
/* expect select_1
{"v":"a","w":"a"}
{"v":"a","w":"p"}
{"v":"b","w":"a"}
{"v":"b","w":"p"}
{"v":"c","w":"q"}
{"v":"c","w":"q"}
{"v":"c","w":null}
{"v":"c","w":null}
{"v":"e","w":"e"}
*/
