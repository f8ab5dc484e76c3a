-- VARIANT as element of ARRAY, MAP and ROW
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":{\"c\":[1]},\"a\":1}","u":"1"}
{"id":2,"s":"1","u":"1"}
{"id":3,"s":null,"u":"null"}
');
SELECT id, ARRAY[PARSE_JSON(s), PARSE_JSON(u)] AS a, MAP['x', PARSE_JSON(s)] AS m, ROW(PARSE_JSON(s), id) AS r FROM t;
SELECT id, ARRAY_CONTAINS(ARRAY[PARSE_JSON(s)], PARSE_JSON(u)) AS c, ARRAY_DISTINCT(ARRAY[PARSE_JSON(s), PARSE_JSON(u)]) AS d, CARDINALITY(ARRAY[PARSE_JSON(s)]) AS n, MAP['x', PARSE_JSON(s)]['x'] AS x FROM t;
SELECT id, CAST(ARRAY[PARSE_JSON(s)] AS STRING) AS a, CAST(ROW(PARSE_JSON(s), 1) AS STRING) AS r FROM t;
SELECT id, e FROM t CROSS JOIN UNNEST(ARRAY[PARSE_JSON(s), PARSE_JSON(u)]) AS x (e);
/* expect select_1
{"id":1,"a":["{\"a\":1,\"b\":{\"c\":[1]}}","1"],"m":[["x","{\"a\":1,\"b\":{\"c\":[1]}}"]],"r":{"EXPR$0":"{\"a\":1,\"b\":{\"c\":[1]}}","EXPR$1":1}}
{"id":2,"a":["1","1"],"m":[["x","1"]],"r":{"EXPR$0":"1","EXPR$1":2}}
{"id":3,"a":[null,"null"],"m":[["x",null]],"r":{"EXPR$0":null,"EXPR$1":3}}
*/
/* expect select_2
{"id":1,"c":false,"d":["{\"a\":1,\"b\":{\"c\":[1]}}","1"],"n":1,"x":"{\"a\":1,\"b\":{\"c\":[1]}}"}
{"id":2,"c":true,"d":["1"],"n":1,"x":"1"}
{"id":3,"c":false,"d":[null,"null"],"n":1,"x":null}
*/
/* expect select_3
{"id":1,"a":"[{\"a\":1,\"b\":{\"c\":[1]}}]","r":"({\"a\":1,\"b\":{\"c\":[1]}}, 1)"}
{"id":2,"a":"[1]","r":"(1, 1)"}
{"id":3,"a":"[NULL]","r":"(NULL, 1)"}
*/
/* expect select_4
{"id":1,"e":"1"}
{"id":1,"e":"{\"a\":1,\"b\":{\"c\":[1]}}"}
{"id":2,"e":"1"}
{"id":2,"e":"1"}
{"id":3,"e":"null"}
{"id":3,"e":null}
*/
