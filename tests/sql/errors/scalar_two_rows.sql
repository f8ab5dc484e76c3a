-- A query as a value that gives two rows fails as it runs.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT (SELECT a FROM t) AS x FROM t;
/* expect error
a query as a value gives more than one row
*/
