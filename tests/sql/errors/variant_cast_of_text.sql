-- a text becomes a VARIANT by PARSE_JSON
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT CAST(s AS VARIANT) AS v FROM t;
/* expect error
cannot cast STRING to VARIANT; PARSE_JSON reads a text as VARIANT
*/
