-- TO_CHANGELOG: each change of a table that updates is a row that nobody takes back, with what it was in front
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
a,3
');
CREATE VIEW totals AS SELECT k, COUNT(*) AS n, SUM(v) AS s FROM t GROUP BY k;
SELECT * FROM TO_CHANGELOG(input => TABLE totals);
SELECT * FROM TO_CHANGELOG(input => TABLE totals, op => DESCRIPTOR(deleted), op_mapping => MAP['INSERT, UPDATE_AFTER', 'no', 'DELETE', 'yes']);
SELECT op, COUNT(*) AS n FROM TO_CHANGELOG(input => TABLE totals) GROUP BY op;
SELECT * FROM TO_CHANGELOG(input => TABLE t);
/* expect select_1
{"op":"INSERT","k":"a","n":1,"s":1}
{"op":"INSERT","k":"b","n":1,"s":2}
{"op":"UPDATE_AFTER","k":"a","n":2,"s":4}
{"op":"UPDATE_BEFORE","k":"a","n":1,"s":1}
*/
/* expect select_2
{"deleted":"no","k":"a","n":1,"s":1}
{"deleted":"no","k":"a","n":2,"s":4}
{"deleted":"no","k":"b","n":1,"s":2}
*/
/* expect select_3
{"op":"INSERT","n":2}
{"op":"UPDATE_AFTER","n":1}
{"op":"UPDATE_BEFORE","n":1}
*/
/* expect select_4
{"op":"INSERT","k":"a","v":1}
{"op":"INSERT","k":"a","v":3}
{"op":"INSERT","k":"b","v":2}
*/
/* expect changelog select_1
{"op":"+I","op":"INSERT","k":"a","n":1,"s":1}
{"op":"+I","op":"INSERT","k":"b","n":1,"s":2}
{"op":"+I","op":"UPDATE_BEFORE","k":"a","n":1,"s":1}
{"op":"+I","op":"UPDATE_AFTER","k":"a","n":2,"s":4}
*/
