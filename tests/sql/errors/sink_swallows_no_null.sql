-- a table that throws its rows away asks the same of them
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = 'NULL');
CREATE TABLE o (a INT NOT NULL) WITH ('connector' = 'blackhole'); INSERT INTO o SELECT a FROM t;
/* expect error
table o: column a is NOT NULL
*/
