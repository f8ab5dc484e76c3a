-- nor does it meet a number in CASE
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT CASE WHEN id > 0 THEN PARSE_JSON(s) ELSE 1 END AS v FROM t;
/* expect error
CASE needs one type, got VARIANT and INT
*/
