-- FROM_CHANGELOG: rows that say what they are become changes of a table
CREATE TABLE t (id INT, op STRING, name STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,INSERT,Ann
2,INSERT,Bob
1,UPDATE_BEFORE,Ann
1,UPDATE_AFTER,Anna
2,DELETE,Bob
');
CREATE TABLE short (id INT, what STRING, name STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,c,Ann
2,r,Bob
2,d,Bob
');
CREATE VIEW people AS SELECT * FROM FROM_CHANGELOG(input => TABLE t);
CREATE VIEW told AS SELECT * FROM TO_CHANGELOG(input => TABLE people);
SELECT * FROM people;
SELECT COUNT(*) AS n, MAX(name) AS last FROM people;
SELECT * FROM FROM_CHANGELOG(input => TABLE short, op => DESCRIPTOR(what), op_mapping => MAP['c, r', 'INSERT', 'd', 'DELETE']);
SELECT * FROM FROM_CHANGELOG(input => TABLE told);
/* expect select_1
{"id":1,"name":"Anna"}
*/
/* expect select_2
{"n":1,"last":"Anna"}
*/
/* expect select_3
{"id":1,"name":"Ann"}
*/
/* expect select_4
{"id":1,"name":"Anna"}
*/
/* expect changelog select_1
{"op":"+I","id":1,"name":"Ann"}
{"op":"+I","id":2,"name":"Bob"}
{"op":"-U","id":1,"name":"Ann"}
{"op":"+U","id":1,"name":"Anna"}
{"op":"-D","id":2,"name":"Bob"}
*/
