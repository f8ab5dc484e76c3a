-- A value that hangs on the row around it by something else than equalities is refused with what to write.
-- flink differs, error: it joins by the inequality
CREATE TABLE t (a INT, b INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,2');
SELECT (SELECT MAX(u.a) FROM t AS u WHERE u.b < t.b) AS x FROM t;
/* expect error
a query that looks at the query around it must do so by equalities in its WHERE
*/
