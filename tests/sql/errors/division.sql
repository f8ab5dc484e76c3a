-- constant division by zero fails
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT a / 0 FROM t;
/* expect error
division by zero
*/
