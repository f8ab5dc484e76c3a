-- aggregates that keep a VARIANT as it came
CREATE TABLE t (id INT, k STRING, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","s":"{\"a\":[1,2]}"}
{"id":2,"k":"a","s":"{\"a\":[1,2]}"}
{"id":3,"k":"b","s":"null"}
{"id":4,"k":"b","s":null}
{"id":5,"k":"b","s":"\"a text of more than twelve bytes\""}
{"id":6,"k":"a","s":"null"}
{"id":7,"k":"c","s":null}
');
SELECT k, ARRAY_AGG(PARSE_JSON(s)) AS a, COLLECT(PARSE_JSON(s)) AS c, FIRST_VALUE(PARSE_JSON(s)) AS f, LAST_VALUE(PARSE_JSON(s)) AS l FROM t GROUP BY k;
SELECT ARRAY_AGG(DISTINCT PARSE_JSON(s)) AS a FROM t;
/* expect select_1
{"k":"a","a":["{\"a\":[1,2]}","{\"a\":[1,2]}","null"],"c":[["null",1],["{\"a\":[1,2]}",2]],"f":"{\"a\":[1,2]}","l":"null"}
{"k":"b","a":["null",null,"\"a text of more than twelve bytes\""],"c":[["\"a text of more than twelve bytes\"",1],["null",1]],"f":"null","l":"\"a text of more than twelve bytes\""}
{"k":"c","a":[null],"c":[],"f":null,"l":null}
*/
/* expect select_2
{"a":["{\"a\":[1,2]}","null",null,"\"a text of more than twelve bytes\""]}
*/
