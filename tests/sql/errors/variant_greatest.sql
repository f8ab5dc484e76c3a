-- VARIANT has no order: no GREATEST
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT GREATEST(PARSE_JSON(s), PARSE_JSON(s)) AS b FROM t;
/* expect error
values that have an order
*/
