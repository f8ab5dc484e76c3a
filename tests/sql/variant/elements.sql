-- v[n] is an element of an array, from 1; NULL where there is none
CREATE TABLE t (id INT, s STRING, n INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"[10,[20,21],30]","n":1}
{"id":2,"s":"[]","n":2}
{"id":3,"s":"[null,\"],\",{\"a\":[1]}]","n":0}
{"id":4,"s":null,"n":2}
{"id":5,"s":"[\"x\"]","n":null}
{"id":6,"s":"[1,2,3]","n":3}
');
SELECT id, PARSE_JSON(s)[1] AS a, PARSE_JSON(s)[2] AS b, PARSE_JSON(s)[3] AS c, PARSE_JSON(s)[4] AS d, PARSE_JSON(s)[0] AS z, PARSE_JSON(s)[-1] AS m FROM t;
SELECT id, PARSE_JSON(s)[n] AS i, PARSE_JSON(s)[CAST(n AS BIGINT)] AS l, PARSE_JSON(s)[CAST(n AS TINYINT)] AS y, PARSE_JSON(s)[n + 1] AS p FROM t;
SELECT id, PARSE_JSON(s)[2][2] AS v FROM t WHERE id = 1;
SELECT id, PARSE_JSON(s)[3]['a'][1] AS v FROM t WHERE id = 3;
/* expect select_1
{"id":1,"a":"10","b":"[20,21]","c":"30","d":null,"z":null,"m":null}
{"id":2,"a":null,"b":null,"c":null,"d":null,"z":null,"m":null}
{"id":3,"a":"null","b":"\"],\"","c":"{\"a\":[1]}","d":null,"z":null,"m":null}
{"id":4,"a":null,"b":null,"c":null,"d":null,"z":null,"m":null}
{"id":5,"a":"\"x\"","b":null,"c":null,"d":null,"z":null,"m":null}
{"id":6,"a":"1","b":"2","c":"3","d":null,"z":null,"m":null}
*/
/* expect select_2
{"id":1,"i":"10","l":"10","y":"10","p":"[20,21]"}
{"id":2,"i":null,"l":null,"y":null,"p":null}
{"id":3,"i":null,"l":null,"y":null,"p":"null"}
{"id":4,"i":null,"l":null,"y":null,"p":null}
{"id":5,"i":null,"l":null,"y":null,"p":null}
{"id":6,"i":"3","l":"3","y":"3","p":null}
*/
/* expect select_3
{"id":1,"v":"21"}
*/
/* expect select_4
{"id":3,"v":"1"}
*/
