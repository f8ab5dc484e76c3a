-- VARIANT in joins: as key, and carried
CREATE TABLE t (id INT, k STRING, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","s":"{\"a\":[1,2]}"}
{"id":2,"k":"a","s":"{\"a\":[1,2]}"}
{"id":3,"k":"b","s":"null"}
{"id":4,"k":"b","s":null}
{"id":5,"k":"b","s":"\"a text of more than twelve bytes\""}
{"id":6,"k":"a","s":"null"}
{"id":7,"k":"c","s":null}
');
CREATE TABLE r (k STRING, u STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"k":"a","u":"{\"a\":[1,2]}"}
{"k":"b","u":"null"}
{"k":"x","u":"7"}
{"k":"y","u":null}
');
SELECT t.id, r.k FROM t JOIN r ON PARSE_JSON(t.s) = PARSE_JSON(r.u);
SELECT t.id, PARSE_JSON(t.s) AS v, PARSE_JSON(r.u) AS w FROM t LEFT JOIN r ON t.k = r.k;
SELECT t.id, w FROM t FULL JOIN (SELECT PARSE_JSON(u) AS w FROM r) ON PARSE_JSON(t.s) = w;
SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM r WHERE PARSE_JSON(r.u) = PARSE_JSON(t.s));
/* expect select_1
{"id":1,"k":"a"}
{"id":2,"k":"a"}
{"id":3,"k":"b"}
{"id":6,"k":"b"}
*/
/* expect select_2
{"id":1,"v":"{\"a\":[1,2]}","w":"{\"a\":[1,2]}"}
{"id":2,"v":"{\"a\":[1,2]}","w":"{\"a\":[1,2]}"}
{"id":3,"v":"null","w":"null"}
{"id":4,"v":null,"w":"null"}
{"id":5,"v":"\"a text of more than twelve bytes\"","w":"null"}
{"id":6,"v":"null","w":"{\"a\":[1,2]}"}
{"id":7,"v":null,"w":null}
*/
/* expect select_3
{"id":1,"w":"{\"a\":[1,2]}"}
{"id":2,"w":"{\"a\":[1,2]}"}
{"id":3,"w":"null"}
{"id":4,"w":null}
{"id":5,"w":null}
{"id":6,"w":"null"}
{"id":7,"w":null}
{"id":null,"w":"7"}
{"id":null,"w":null}
*/
/* expect select_4
{"id":4}
{"id":5}
{"id":7}
*/
