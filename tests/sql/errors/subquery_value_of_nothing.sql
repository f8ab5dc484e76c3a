-- COALESCE over an aggregate inside of a query as a value would be NULL where there are no rows
-- flink differs, error: it runs this
CREATE TABLE a (k INT, x INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,1
');
SELECT a.k, (SELECT COALESCE(SUM(b.x), 0) FROM a AS b WHERE b.k = a.k) AS s FROM a;
/* expect error
gives one aggregate, a COUNT without HAVING; compute with it outside of the query
*/
