-- access on constants, keys that a column says, a constant beside =
-- flink differs, select_1: it falls over parts of a constant
-- flink differs, select_2: its planner falls over a key that is no literal
-- flink differs, select_3: its planner falls over a VARIANT literal in an expression that is no constant
CREATE TABLE t (id INT, s STRING, k STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"a\":1,\"b\":[2]}","k":"a"}
{"id":2,"s":"{\"a\":1,\"b\":[2]}","k":"b"}
{"id":3,"s":"{\"a\":1}","k":null}
{"id":4,"s":"{\"c\":[1]}","k":"c"}
');
SELECT PARSE_JSON('{"a":[1,{"b":2.50}]}')['a'][2]['b'] AS v, PARSE_JSON('[1,2]')[1] AS w, TRY_PARSE_JSON('{')['a'] AS x, JSON_STRING(PARSE_JSON('{"b":1,"a":2}')) AS s;
SELECT id, PARSE_JSON(s)[k] AS v FROM t;
SELECT id, PARSE_JSON(s)['c'] = PARSE_JSON('[1]') AS e, PARSE_JSON('{"a":1,"b":2}')[k] AS c FROM t;
/* expect select_1
{"v":"2.5","w":"1","x":null,"s":"{\"a\":2,\"b\":1}"}
*/
/* expect select_2
{"id":1,"v":"1"}
{"id":2,"v":"[2]"}
{"id":3,"v":null}
{"id":4,"v":"[1]"}
*/
/* expect select_3
{"id":1,"e":null,"c":"1"}
{"id":2,"e":null,"c":"2"}
{"id":3,"e":null,"c":null}
{"id":4,"e":true,"c":null}
*/
