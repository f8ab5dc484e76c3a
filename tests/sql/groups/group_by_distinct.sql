-- GROUP BY DISTINCT: grouping sets of the same keys count once
CREATE TABLE t (id INT, i INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"i":1}
{"id":1,"i":2}
{"id":2,"i":1}
{"id":3}
');
SELECT id FROM t GROUP BY DISTINCT id;
SELECT id, i, COUNT(*) AS n FROM t GROUP BY DISTINCT ROLLUP (id, i), ROLLUP (id);
SELECT id, i, COUNT(*) AS n, GROUPING(id) AS g FROM t GROUP BY DISTINCT GROUPING SETS ((id), (id), (i));
SELECT id, i, COUNT(*) AS n FROM t GROUP BY DISTINCT CUBE (id, i), GROUPING SETS ((i, id), ());
SELECT id, COUNT(*) AS n FROM t GROUP BY ALL id;
/* expect select_1
{"id":1}
{"id":2}
{"id":3}
*/
/* expect select_2
{"id":1,"i":1,"n":1}
{"id":1,"i":2,"n":1}
{"id":1,"i":null,"n":2}
{"id":2,"i":1,"n":1}
{"id":2,"i":null,"n":1}
{"id":3,"i":null,"n":1}
{"id":3,"i":null,"n":1}
{"id":null,"i":null,"n":4}
*/
/* expect select_3
{"id":1,"i":null,"n":2,"g":0}
{"id":2,"i":null,"n":1,"g":0}
{"id":3,"i":null,"n":1,"g":0}
{"id":null,"i":1,"n":2,"g":1}
{"id":null,"i":2,"n":1,"g":1}
{"id":null,"i":null,"n":1,"g":1}
*/
/* expect select_4
{"id":1,"i":1,"n":1}
{"id":1,"i":2,"n":1}
{"id":1,"i":null,"n":2}
{"id":2,"i":1,"n":1}
{"id":2,"i":null,"n":1}
{"id":3,"i":null,"n":1}
{"id":3,"i":null,"n":1}
{"id":null,"i":1,"n":2}
{"id":null,"i":2,"n":1}
{"id":null,"i":null,"n":1}
{"id":null,"i":null,"n":4}
*/
/* expect select_5
{"id":1,"n":2}
{"id":2,"n":1}
{"id":3,"n":1}
*/
