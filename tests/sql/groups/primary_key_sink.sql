-- a print table with a key keeps the last row of each key; columns left counted are NULL
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
a,3
');
CREATE TABLE counted (k STRING, n BIGINT, note STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO counted (n, k) SELECT COUNT(*), k FROM t GROUP BY k;
DESCRIBE counted;
/* expect counted
{"k":"a","n":2,"note":null}
{"k":"b","n":1,"note":null}
*/
/* expect printed
k STRING NOT NULL
n BIGINT
note STRING
*/
