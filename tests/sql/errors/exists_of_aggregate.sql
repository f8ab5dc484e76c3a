-- EXISTS of one row that is always there is refused.
-- flink differs, error: it takes what is always true
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT a FROM t WHERE EXISTS (SELECT MAX(u.a) FROM t AS u WHERE u.a = t.a);
/* expect error
EXISTS of an aggregate without GROUP BY is always TRUE
*/
