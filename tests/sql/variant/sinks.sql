-- tables of VARIANT columns: shown, NOT NULL, as PRIMARY KEY
CREATE TABLE t (id INT, k STRING, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","s":"{\"a\":[1,2]}"}
{"id":2,"k":"a","s":"{\"a\":[1,2]}"}
{"id":3,"k":"b","s":"null"}
{"id":4,"k":"b","s":null}
{"id":5,"k":"b","s":"\"a text of more than twelve bytes\""}
{"id":6,"k":"a","s":"null"}
{"id":7,"k":"c","s":null}
');
CREATE TABLE shown (id INT, v VARIANT) WITH ('connector' = 'print');
CREATE TABLE never_null (id INT, v VARIANT NOT NULL) WITH ('connector' = 'print');
CREATE TABLE by_value (v VARIANT, n BIGINT, PRIMARY KEY (v) NOT ENFORCED) WITH ('connector' = 'print');
CREATE TABLE inside (id INT, r ROW<v VARIANT, a ARRAY<VARIANT>>, m MAP<STRING, VARIANT>) WITH ('connector' = 'print');
CREATE VIEW parsed AS SELECT id, PARSE_JSON(s) AS v FROM t;
INSERT INTO shown SELECT * FROM parsed;
INSERT INTO never_null SELECT * FROM parsed WHERE v IS NOT NULL;
INSERT INTO by_value SELECT v, COUNT(*) FROM parsed WHERE v IS NOT NULL GROUP BY v;
INSERT INTO inside SELECT id, ROW(v, ARRAY[v]), MAP['k', v] FROM parsed;
/* expect shown
{"id":1,"v":"{\"a\":[1,2]}"}
{"id":2,"v":"{\"a\":[1,2]}"}
{"id":3,"v":"null"}
{"id":4,"v":null}
{"id":5,"v":"\"a text of more than twelve bytes\""}
{"id":6,"v":"null"}
{"id":7,"v":null}
*/
/* expect never_null
{"id":1,"v":"{\"a\":[1,2]}"}
{"id":2,"v":"{\"a\":[1,2]}"}
{"id":3,"v":"null"}
{"id":5,"v":"\"a text of more than twelve bytes\""}
{"id":6,"v":"null"}
*/
/* expect by_value
{"v":"\"a text of more than twelve bytes\"","n":1}
{"v":"null","n":2}
{"v":"{\"a\":[1,2]}","n":2}
*/
/* expect inside
{"id":1,"r":{"v":"{\"a\":[1,2]}","a":["{\"a\":[1,2]}"]},"m":[["k","{\"a\":[1,2]}"]]}
{"id":2,"r":{"v":"{\"a\":[1,2]}","a":["{\"a\":[1,2]}"]},"m":[["k","{\"a\":[1,2]}"]]}
{"id":3,"r":{"v":"null","a":["null"]},"m":[["k","null"]]}
{"id":4,"r":{"v":null,"a":[null]},"m":[["k",null]]}
{"id":5,"r":{"v":"\"a text of more than twelve bytes\"","a":["\"a text of more than twelve bytes\""]},"m":[["k","\"a text of more than twelve bytes\""]]}
{"id":6,"r":{"v":"null","a":["null"]},"m":[["k","null"]]}
{"id":7,"r":{"v":null,"a":[null]},"m":[["k",null]]}
*/
