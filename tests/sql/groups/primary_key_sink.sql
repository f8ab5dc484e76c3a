-- a print table with a key keeps the last row of each key; columns left out are NULL
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
a,3
');
CREATE TABLE out (k STRING, n BIGINT, note STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO out (n, k) SELECT COUNT(*), k FROM t GROUP BY k;
DESCRIBE out;
/* expect out
{"k":"a","n":2,"note":null}
{"k":"b","n":1,"note":null}
*/
/* expect printed
k STRING NOT NULL
n BIGINT
note STRING
*/
