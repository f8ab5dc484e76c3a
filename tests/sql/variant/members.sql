-- v['k'] is a member of an object: as VARIANT, and NULL where there is none
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":1,\"a\":[1,2.50,\"x\",null,true],\"c\":{\"d\":1e-9}}"}
{"id":2,"s":"{\"a\":{\"a\":{\"a\":\"deep\"}},\"c\":{}}"}
{"id":3,"s":"{}"}
{"id":4,"s":null}
');
SELECT id, PARSE_JSON(s)['a'] AS a, PARSE_JSON(s)['b'] AS b, PARSE_JSON(s)['c']['d'] AS cd, PARSE_JSON(s)['nope'] AS n, PARSE_JSON(s)['nope']['x'] AS nx, PARSE_JSON(s)['A'] AS big FROM t;
SELECT id, PARSE_JSON(s)[CAST(NULL AS STRING)] AS nothing FROM t;
SELECT id, v['a'] AS a FROM (SELECT id, PARSE_JSON(s) AS v FROM t) WHERE v['a'] IS NOT NULL;
/* expect select_1
{"id":1,"a":"[1,2.5,\"x\",null,true]","b":"1","cd":"1.0E-9","n":null,"nx":null,"big":null}
{"id":2,"a":"{\"a\":{\"a\":\"deep\"}}","b":null,"cd":null,"n":null,"nx":null,"big":null}
{"id":3,"a":null,"b":null,"cd":null,"n":null,"nx":null,"big":null}
{"id":4,"a":null,"b":null,"cd":null,"n":null,"nx":null,"big":null}
*/
/* expect select_2
{"id":1,"nothing":null}
{"id":2,"nothing":null}
{"id":3,"nothing":null}
{"id":4,"nothing":null}
*/
/* expect select_3
{"id":1,"a":"[1,2.5,\"x\",null,true]"}
{"id":2,"a":"{\"a\":{\"a\":\"deep\"}}"}
*/
