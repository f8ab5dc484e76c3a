-- PARSE_JSON of what is no JSON fails and says what does not
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT PARSE_JSON(s || ',') AS v, PARSE_JSON(REPLACE(s, ']', '')) AS w FROM t;
/* expect error
PARSE_JSON: '[1' is not JSON; TRY_PARSE_JSON gives NULL for it
*/
