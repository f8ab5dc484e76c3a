-- the columns of a PRIMARY KEY are NOT NULL
CREATE TABLE t (a INT, b INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,10
NULL,20
');
CREATE TABLE o (a INT, b INT, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector' = 'print'); INSERT INTO o SELECT a, b FROM t;
/* expect error
table o: column a is of the PRIMARY KEY, which is NOT NULL, and is NULL in the row {"a":null,"b":20}
*/
