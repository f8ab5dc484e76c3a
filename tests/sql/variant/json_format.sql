-- a VARIANT column of the json format is any JSON, and written as it is; null is NULL, as in any column; of a key that comes twice the last one counts
-- not for flink: its json format has no VARIANT
CREATE TABLE t (id INT, v VARIANT, r ROW<w VARIANT>, a ARRAY<VARIANT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"v":{"b":[1, 2.50],"a":{"c":null}},"r":{"w":"x"},"a":[1,"y",null,{"z":{}}]}
{"id":2,"v":"x","r":{"w":null},"a":[]}
{"id":3,"v":null}
{"id":4}
{"id":5,"v":true,"r":{"w": 1e2 } }
{"id":6,"v":[{"b":1,"a":2,"b":3}]}
{"id":7,"v":"\u00e9\"\\"}
{"id":8,"v":2.50 }
');
SELECT * FROM t;
SELECT id, v['a']['c'] AS c, v[1]['b'] AS b, r.w AS w, a[2] AS y FROM t WHERE id = 1 OR id = 6;
/* expect select_1
{"id":1,"v":"{\"a\":{\"c\":null},\"b\":[1,2.5]}","r":{"w":"\"x\""},"a":["1","\"y\"",null,"{\"z\":{}}"]}
{"id":2,"v":"\"x\"","r":{"w":null},"a":[]}
{"id":3,"v":null,"r":null,"a":null}
{"id":4,"v":null,"r":null,"a":null}
{"id":5,"v":"true","r":{"w":"100"},"a":null}
{"id":6,"v":"[{\"a\":2,\"b\":3}]","r":null,"a":null}
{"id":7,"v":"\"é\\\"\\\\\"","r":null,"a":null}
{"id":8,"v":"2.5","r":null,"a":null}
*/
/* expect select_2
{"id":1,"c":"null","b":null,"w":"\"x\"","y":"\"y\""}
{"id":6,"c":null,"b":"3","w":null,"y":null}
*/
