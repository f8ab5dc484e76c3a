-- who asks for it is told of a text that does not fill its CHAR
SET 'table.exec.sink.type-length-enforcer' = 'error';
CREATE TABLE t (k INT, v CHAR(3)) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,abc
2,ab
');
CREATE TABLE o (k INT, v CHAR(3)) WITH ('connector' = 'print');
INSERT INTO o SELECT k, v FROM t;
/* expect error
table o: column v is CHAR(3), and is 2 characters long in the row {"k":2,"v":"ab"}
*/
