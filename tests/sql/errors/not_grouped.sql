-- a bare column beside an aggregate is refused
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT a, COUNT(*) FROM t;
/* expect error
column 'a' is neither grouped by nor inside an aggregate
*/
