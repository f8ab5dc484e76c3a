-- A query as a value has one column.
CREATE TABLE t (a INT, b INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,2');
SELECT (SELECT a, b FROM t) AS x FROM t;
/* expect error
line 3, column 9: a query as a value has one column, got 2
*/
