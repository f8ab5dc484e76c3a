-- a key that comes twice in one object is refused, unless the second argument says that the last one counts
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"a\":1,\"b\":3,\"a\":2}"}
{"id":2,"s":"[{\"a\":1,\"a\":2}]"}
{"id":3,"s":"{\"\\u0061\":1,\"a\":{\"b\":2}}"}
{"id":4,"s":"{\"a\":1,\"b\":{\"a\":1}}"}
');
SELECT id, TRY_PARSE_JSON(s) AS v, TRY_PARSE_JSON(s, FALSE) AS f, TRY_PARSE_JSON(s, TRUE) AS t, PARSE_JSON(s, TRUE) AS p, TRY_PARSE_JSON(s, id < 2) AS c FROM t;
/* expect select_1
{"id":1,"v":null,"f":null,"t":"{\"a\":2,\"b\":3}","p":"{\"a\":2,\"b\":3}","c":"{\"a\":2,\"b\":3}"}
{"id":2,"v":null,"f":null,"t":"[{\"a\":2}]","p":"[{\"a\":2}]","c":null}
{"id":3,"v":null,"f":null,"t":"{\"a\":{\"b\":2}}","p":"{\"a\":{\"b\":2}}","c":null}
{"id":4,"v":"{\"a\":1,\"b\":{\"a\":1}}","f":"{\"a\":1,\"b\":{\"a\":1}}","t":"{\"a\":1,\"b\":{\"a\":1}}","p":"{\"a\":1,\"b\":{\"a\":1}}","c":"{\"a\":1,\"b\":{\"a\":1}}"}
*/
