-- PARSE_JSON fails where a key comes twice
CREATE TABLE t (s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"s":"{\"a\":1,\"a\":2}"}');
SELECT PARSE_JSON(s) AS v FROM t;
/* expect error
PARSE_JSON: key 'a' comes twice in one object; TRY_PARSE_JSON gives NULL for it
*/
