-- a NULL in a column that a table declares NOT NULL fails the job and says where
CREATE TABLE t (a INT, b INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,10
2,NULL
3,30
');
CREATE TABLE o (a INT, b INT NOT NULL) WITH ('connector' = 'print'); INSERT INTO o SELECT a, b FROM t;
/* expect error
table o: column b is NOT NULL, and is NULL in the row {"a":2,"b":null}; leave such rows out (WHERE … IS NOT NULL)
*/
