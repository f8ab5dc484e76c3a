-- who asks for it is told of a text that is longer than its column says
SET 'table.exec.sink.type-length-enforcer' = 'ERROR';
CREATE TABLE t (k INT, v VARCHAR(3)) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,äöü
2,abcd
');
CREATE TABLE o (k INT, v VARCHAR(3)) WITH ('connector' = 'print');
INSERT INTO o SELECT k, v FROM t;
/* expect error
table o: column v is VARCHAR(3), and is 4 characters long in the row {"k":2,"v":"abcd"}; CAST it, or SET 'table.exec.sink.type-length-enforcer' = 'TRIM_PAD' to cut and pad
*/
