-- a column that is NOT NULL is given a value
CREATE TABLE t (a INT, b INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,10');
CREATE TABLE o (a INT, b INT NOT NULL) WITH ('connector' = 'print');
INSERT INTO o (a) SELECT a FROM t;
/* expect error
line 4, column 1: table o: column b is NOT NULL, and the statement gives it no value; name it among the columns
*/
