-- FULL JOIN ON l.k = r.k AND l.v = 'a'
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
SELECT l.id, l.k, l.v, r.id AS rid, r.k AS rk, r.w FROM l FULL JOIN r ON l.k = r.k AND l.v = 'a';
/* expect select_1
{"id":1,"k":1,"v":"a","rid":1,"rk":1,"w":"a"}
{"id":1,"k":1,"v":"a","rid":1,"rk":1,"w":"p"}
{"id":2,"k":1,"v":"b","rid":null,"rk":null,"w":null}
{"id":3,"k":2,"v":"c","rid":null,"rk":null,"w":null}
{"id":3,"k":2,"v":"c","rid":null,"rk":null,"w":null}
{"id":4,"k":null,"v":"d","rid":null,"rk":null,"w":null}
{"id":5,"k":9,"v":null,"rid":null,"rk":null,"w":null}
{"id":6,"k":3,"v":"e","rid":null,"rk":null,"w":null}
{"id":null,"k":null,"v":null,"rid":3,"rk":2,"w":"q"}
{"id":null,"k":null,"v":null,"rid":3,"rk":2,"w":null}
{"id":null,"k":null,"v":null,"rid":6,"rk":3,"w":"e"}
{"id":null,"k":null,"v":null,"rid":7,"rk":null,"w":"d"}
{"id":null,"k":null,"v":null,"rid":8,"rk":4,"w":"s"}
*/
