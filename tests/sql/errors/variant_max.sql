-- VARIANT has no order: no MAX
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT MAX(PARSE_JSON(s)) AS m FROM t;
/* expect error
aggregate MAX over VARIANT is not supported
*/
