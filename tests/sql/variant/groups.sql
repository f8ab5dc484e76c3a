-- VARIANT as key of groups, and DISTINCT
CREATE TABLE t (id INT, k STRING, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","s":"{\"a\":[1,2]}"}
{"id":2,"k":"a","s":"{\"a\":[1,2]}"}
{"id":3,"k":"b","s":"null"}
{"id":4,"k":"b","s":null}
{"id":5,"k":"b","s":"\"a text of more than twelve bytes\""}
{"id":6,"k":"a","s":"null"}
{"id":7,"k":"c","s":null}
');
SELECT PARSE_JSON(s) AS v, COUNT(*) AS n, SUM(id) AS i FROM t GROUP BY PARSE_JSON(s);
SELECT DISTINCT PARSE_JSON(s) AS v FROM t;
SELECT k, COUNT(DISTINCT PARSE_JSON(s)) AS d, COUNT(PARSE_JSON(s)) AS c FROM t GROUP BY k;
SELECT PARSE_JSON(s) AS v, k, COUNT(*) AS n FROM t GROUP BY GROUPING SETS ((PARSE_JSON(s)), (k), ());
SELECT v, n FROM (SELECT PARSE_JSON(s) AS v, COUNT(*) AS n FROM t GROUP BY PARSE_JSON(s)) WHERE n > 1;
/* expect select_1
{"v":"\"a text of more than twelve bytes\"","n":1,"i":5}
{"v":"null","n":2,"i":9}
{"v":"{\"a\":[1,2]}","n":2,"i":3}
{"v":null,"n":2,"i":11}
*/
/* expect select_2
{"v":"\"a text of more than twelve bytes\""}
{"v":"null"}
{"v":"{\"a\":[1,2]}"}
{"v":null}
*/
/* expect select_3
{"k":"a","d":2,"c":3}
{"k":"b","d":2,"c":2}
{"k":"c","d":0,"c":0}
*/
/* expect select_4
{"v":"\"a text of more than twelve bytes\"","k":null,"n":1}
{"v":"null","k":null,"n":2}
{"v":"{\"a\":[1,2]}","k":null,"n":2}
{"v":null,"k":"a","n":3}
{"v":null,"k":"b","n":3}
{"v":null,"k":"c","n":1}
{"v":null,"k":null,"n":2}
{"v":null,"k":null,"n":7}
*/
/* expect select_5
{"v":"null","n":2}
{"v":"{\"a\":[1,2]}","n":2}
{"v":null,"n":2}
*/
