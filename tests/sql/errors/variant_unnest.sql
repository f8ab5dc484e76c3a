-- UNNEST takes collections, not VARIANT
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT e FROM t CROSS JOIN UNNEST(PARSE_JSON(t.s)) AS u (e);
/* expect error
UNNEST takes an ARRAY, MAP or MULTISET, not VARIANT
*/
