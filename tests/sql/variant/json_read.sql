-- JSON_VALUE and JSON_QUERY look into a VARIANT, which is how its single values become SQL's
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":{\"c\":[1]},\"a\":1.50}"}
{"id":2,"s":"{\"a\":\"x\",\"b\":null}"}
{"id":3,"s":"{\"a\":true}"}
{"id":4,"s":"null"}
{"id":5,"s":null}
');
SELECT id, JSON_VALUE(PARSE_JSON(s), 'lax $.a') AS a, JSON_QUERY(PARSE_JSON(s), 'lax $.b') AS b, CAST(JSON_VALUE(PARSE_JSON(s), 'lax $.a' NULL ON EMPTY) AS STRING) AS t FROM t;
SELECT id, JSON_VALUE(JSON_STRING(PARSE_JSON(s)['a']), '$') AS v, JSON_UNQUOTE(JSON_STRING(PARSE_JSON(s)['a'])) AS u FROM t WHERE id < 4;
/* expect select_1
{"id":1,"a":"1.5","b":"{\"c\":[1]}","t":"1.5"}
{"id":2,"a":"x","b":null,"t":"x"}
{"id":3,"a":"true","b":null,"t":"true"}
{"id":4,"a":null,"b":null,"t":null}
{"id":5,"a":null,"b":null,"t":null}
*/
/* expect select_2
{"id":1,"v":"1.5","u":"1.5"}
{"id":2,"v":"x","u":"x"}
{"id":3,"v":"true","u":"true"}
*/
