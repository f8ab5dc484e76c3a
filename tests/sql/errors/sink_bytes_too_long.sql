-- who asks for it is told of bytes that are longer than their column says; what a CAST has cut is as long as it may be
SET 'table.exec.sink.type-length-enforcer' = 'ERROR';
CREATE TABLE t (k INT, v VARBINARY(3)) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"k":1,"v":"YWJj"}
{"k":2,"v":"YWJjZA=="}
');
CREATE TABLE o (k INT, v VARBINARY(3)) WITH ('connector' = 'print');
INSERT INTO o SELECT k, v FROM t;
/* expect error
table o: column v is VARBINARY(3), and is 4 bytes long in the row {"k":2,"v":"61626364"}
*/
