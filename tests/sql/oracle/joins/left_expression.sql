-- LEFT JOIN ON l.k + 1 = r.k
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
SELECT l.id, l.k, l.v, r.id AS rid, r.k AS rk, r.w FROM l LEFT JOIN r ON l.k + 1 = r.k;
/* expect select_1
{"id":1,"k":1,"v":"a","rid":3,"rk":2,"w":"q"}
{"id":1,"k":1,"v":"a","rid":3,"rk":2,"w":null}
{"id":2,"k":1,"v":"b","rid":3,"rk":2,"w":"q"}
{"id":2,"k":1,"v":"b","rid":3,"rk":2,"w":null}
{"id":3,"k":2,"v":"c","rid":6,"rk":3,"w":"e"}
{"id":3,"k":2,"v":"c","rid":6,"rk":3,"w":"e"}
{"id":4,"k":null,"v":"d","rid":null,"rk":null,"w":null}
{"id":5,"k":9,"v":null,"rid":null,"rk":null,"w":null}
{"id":6,"k":3,"v":"e","rid":8,"rk":4,"w":"s"}
*/
