-- A row IN a list of rows: each value is compared with the one in its place; NULL is unknown, unless another value decides.
CREATE TABLE c (id INT, k STRING, v DOUBLE) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,a,22.5
2,b,29.0
3,a,29.0
4,-,22.0
5,c,-
6,b,-
');
SELECT id FROM c WHERE (k, CAST(v AS INT)) IN (('a', 22), ('b', 29));
SELECT id FROM c WHERE (k, CAST(v AS INT)) NOT IN (('a', 22), ('b', 29), ('x', 1));
SELECT id FROM c WHERE (id, k) IN ((1, 'a'));
SELECT id, (k, v) IN (('a', 22.5), ('b', 29.0)) AS found FROM c;
/* expect select_1
{"id":1}
{"id":2}
*/
/* expect select_2
{"id":3}
{"id":5}
*/
/* expect select_3
{"id":1}
*/
/* expect select_4
{"id":1,"found":true}
{"id":2,"found":true}
{"id":3,"found":false}
{"id":4,"found":false}
{"id":5,"found":false}
{"id":6,"found":null}
*/
