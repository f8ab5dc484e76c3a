-- what is not there is refused by name
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT * FROM t AS x JOIN t AS y ON x.a = y.a;
/* expect error
joins are not supported yet
*/
