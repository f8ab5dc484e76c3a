-- a number becomes a VARIANT by its JSON
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT CAST(id AS VARIANT) AS v FROM t;
/* expect error
cannot cast INT to VARIANT; PARSE_JSON(JSON_STRING(…)) makes one
*/
