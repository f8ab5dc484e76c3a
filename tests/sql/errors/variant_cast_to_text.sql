-- nor to STRING, by TRY_CAST neither
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT TRY_CAST(PARSE_JSON(s) AS STRING) AS v FROM t;
/* expect error
cannot cast VARIANT to STRING; JSON_VALUE
*/
