-- VARIANT has no order: no ORDER BY
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT id FROM t ORDER BY PARSE_JSON(s) LIMIT 1;
/* expect error
ORDER BY VARIANT is not supported; order by its parts
*/
