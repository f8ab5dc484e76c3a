-- VARIANT has no order: no ARRAY_SORT
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT ARRAY_SORT(ARRAY[PARSE_JSON(s)]) AS a FROM t;
/* expect error
an array of values that have an order
*/
