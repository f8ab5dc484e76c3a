-- JSON_STRING, JSON_OBJECT, JSON_ARRAY and their aggregates put a VARIANT in as what it is
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":1,\"a\":[2.50,null]}"}
{"id":2,"s":"null"}
{"id":3,"s":null}
{"id":4,"s":"\"x\""}
{"id":5,"s":"5"}
');
SELECT id, JSON_STRING(PARSE_JSON(s)) AS s, JSON_STRING(ROW(PARSE_JSON(s), 1)) AS r, JSON_OBJECT('k' VALUE PARSE_JSON(s)) AS o, JSON_ARRAY(PARSE_JSON(s), 'y') AS a, JSON_STRING(ARRAY[PARSE_JSON(s)]) AS l FROM t;
SELECT JSON_ARRAYAGG(PARSE_JSON(s)) AS a, JSON_OBJECTAGG(KEY CAST(id AS STRING) VALUE PARSE_JSON(s)) AS o FROM t;
/* expect select_1
{"id":1,"s":"{\"a\":[2.5,null],\"b\":1}","r":"{\"EXPR$0\":{\"a\":[2.5,null],\"b\":1},\"EXPR$1\":1}","o":"{\"k\":{\"a\":[2.5,null],\"b\":1}}","a":"[{\"a\":[2.5,null],\"b\":1},\"y\"]","l":"[{\"a\":[2.5,null],\"b\":1}]"}
{"id":2,"s":"null","r":"{\"EXPR$0\":null,\"EXPR$1\":1}","o":"{\"k\":null}","a":"[null,\"y\"]","l":"[null]"}
{"id":3,"s":null,"r":"{\"EXPR$0\":null,\"EXPR$1\":1}","o":"{\"k\":null}","a":"[\"y\"]","l":"[null]"}
{"id":4,"s":"\"x\"","r":"{\"EXPR$0\":\"x\",\"EXPR$1\":1}","o":"{\"k\":\"x\"}","a":"[\"x\",\"y\"]","l":"[\"x\"]"}
{"id":5,"s":"5","r":"{\"EXPR$0\":5,\"EXPR$1\":1}","o":"{\"k\":5}","a":"[5,\"y\"]","l":"[5]"}
*/
/* expect select_2
{"a":"[{\"a\":[2.5,null],\"b\":1},null,\"x\",5]","o":"{\"1\":{\"a\":[2.5,null],\"b\":1},\"2\":null,\"3\":null,\"4\":\"x\",\"5\":5}"}
*/
