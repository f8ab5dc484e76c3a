-- An aggregate of the query around inside of a correlated query is refused, not fallen over.
CREATE TABLE t (a INT, b INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,2');
SELECT a, (SELECT MAX(u.a) FROM t AS u WHERE u.b = t.a + SUM(t.b)) AS m FROM t GROUP BY a;
/* expect error
aggregate SUM stands where its groups do not know of it
*/
