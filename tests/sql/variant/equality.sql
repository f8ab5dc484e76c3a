-- =, <>, IS DISTINCT FROM and IN of VARIANT; there is no order
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"a\":[1]}","u":"{ \"a\" : [ 1 ] }"}
{"id":2,"s":"1","u":"\"1\""}
{"id":3,"s":"null","u":"null"}
{"id":4,"s":null,"u":"null"}
{"id":5,"s":null,"u":null}
{"id":6,"s":"100","u":"1e-2"}
');
SELECT id, PARSE_JSON(s) = PARSE_JSON(u) AS e, PARSE_JSON(s) <> PARSE_JSON(u) AS d, PARSE_JSON(s) IS DISTINCT FROM PARSE_JSON(u) AS i, PARSE_JSON(s) IS NOT DISTINCT FROM PARSE_JSON(u) AS n, PARSE_JSON(s) IN (PARSE_JSON(u)) AS l FROM t;
SELECT id FROM t WHERE PARSE_JSON(s) = PARSE_JSON(u);
SELECT id FROM t WHERE PARSE_JSON(s) IN (SELECT PARSE_JSON(u) FROM t WHERE id < 4);
/* expect select_1
{"id":1,"e":true,"d":false,"i":false,"n":true,"l":true}
{"id":2,"e":false,"d":true,"i":true,"n":false,"l":false}
{"id":3,"e":true,"d":false,"i":false,"n":true,"l":true}
{"id":4,"e":null,"d":null,"i":true,"n":false,"l":null}
{"id":5,"e":null,"d":null,"i":false,"n":true,"l":null}
{"id":6,"e":false,"d":true,"i":true,"n":false,"l":false}
*/
/* expect select_2
{"id":1}
{"id":3}
*/
/* expect select_3
{"id":1}
{"id":3}
*/
