-- a NULL without a type is refused
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT NULL FROM t;
/* expect error
illegal use of NULL
*/
