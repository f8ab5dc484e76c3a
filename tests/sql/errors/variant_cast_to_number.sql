-- a VARIANT is cast to no other type; what to write is said
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT CAST(PARSE_JSON(s)[1] AS INT) AS v FROM t;
/* expect error
cannot cast VARIANT to INT; JSON_VALUE(v, '$' RETURNING INT) takes a single value out, JSON_STRING(v) writes anything as JSON text
*/
