-- a JSON text as VARIANT: no blanks, keys in order, of nested ones too; what stands behind the first value is not looked at; NULL stays NULL
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\" : [1, \"x\", null, true], \"a\":{\"d\":{}, \"c\":[]} }"}
{"id":2,"s":"  7  "}
{"id":3,"s":"\"x\""}
{"id":4,"s":"null"}
{"id":5,"s":"false"}
{"id":6,"s":null}
{"id":7,"s":"[1] x"}
{"id":8,"s":"1 2"}
{"id":9,"s":"[]"}
{"id":10,"s":"{}"}
{"id":11,"s":"{\"\":{\"\":0}}"}
');
SELECT id, PARSE_JSON(s) AS v, TRY_PARSE_JSON(s) AS t FROM t;
/* expect select_1
{"id":1,"v":"{\"a\":{\"c\":[],\"d\":{}},\"b\":[1,\"x\",null,true]}","t":"{\"a\":{\"c\":[],\"d\":{}},\"b\":[1,\"x\",null,true]}"}
{"id":10,"v":"{}","t":"{}"}
{"id":11,"v":"{\"\":{\"\":0}}","t":"{\"\":{\"\":0}}"}
{"id":2,"v":"7","t":"7"}
{"id":3,"v":"\"x\"","t":"\"x\""}
{"id":4,"v":"null","t":"null"}
{"id":5,"v":"false","t":"false"}
{"id":6,"v":null,"t":null}
{"id":7,"v":"[1]","t":"[1]"}
{"id":8,"v":"1","t":"1"}
{"id":9,"v":"[]","t":"[]"}
*/
