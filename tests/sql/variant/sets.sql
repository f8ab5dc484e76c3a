-- VARIANT in UNION, INTERSECT and EXCEPT
CREATE TABLE t (id INT, k STRING, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","s":"{\"a\":[1,2]}"}
{"id":2,"k":"a","s":"{\"a\":[1,2]}"}
{"id":3,"k":"b","s":"null"}
{"id":4,"k":"b","s":null}
{"id":5,"k":"b","s":"\"a text of more than twelve bytes\""}
{"id":6,"k":"a","s":"null"}
{"id":7,"k":"c","s":null}
');
CREATE TABLE r (u STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"u":"{\"a\":[1,2]}"}
{"u":"null"}
{"u":"7"}
{"u":null}
');
SELECT PARSE_JSON(s) AS v FROM t UNION SELECT PARSE_JSON(u) FROM r;
SELECT PARSE_JSON(s) AS v FROM t UNION ALL SELECT PARSE_JSON(u) FROM r;
SELECT PARSE_JSON(s) AS v FROM t INTERSECT SELECT PARSE_JSON(u) FROM r;
SELECT PARSE_JSON(s) AS v FROM t EXCEPT SELECT PARSE_JSON(u) FROM r;
/* expect select_1
{"v":"7"}
{"v":"\"a text of more than twelve bytes\""}
{"v":"null"}
{"v":"{\"a\":[1,2]}"}
{"v":null}
*/
/* expect select_2
{"v":"7"}
{"v":"\"a text of more than twelve bytes\""}
{"v":"null"}
{"v":"null"}
{"v":"null"}
{"v":"{\"a\":[1,2]}"}
{"v":"{\"a\":[1,2]}"}
{"v":"{\"a\":[1,2]}"}
{"v":null}
{"v":null}
{"v":null}
*/
/* expect select_3
{"v":"null"}
{"v":"{\"a\":[1,2]}"}
{"v":null}
*/
/* expect select_4
{"v":"\"a text of more than twelve bytes\""}
*/
