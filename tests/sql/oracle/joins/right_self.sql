-- RIGHT JOIN of a table with itself
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
SELECT a.id, b.id AS bid FROM l AS a RIGHT JOIN l AS b ON a.k = b.k AND a.id < b.id;
/* expect select_1
{"id":1,"bid":2}
{"id":null,"bid":1}
{"id":null,"bid":3}
{"id":null,"bid":3}
{"id":null,"bid":4}
{"id":null,"bid":5}
{"id":null,"bid":6}
*/
