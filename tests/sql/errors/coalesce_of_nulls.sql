-- COALESCE of nothing but NULLs has no type
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1}');
SELECT COALESCE(NULL, NULL) AS c FROM t;
/* expect error
illegal use of NULL
*/
