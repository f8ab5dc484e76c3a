-- VARIANT has no order: no <
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT PARSE_JSON(s) < PARSE_JSON('1') AS b FROM t;
/* expect error
values that have an order
*/
