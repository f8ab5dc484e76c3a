-- a key of what is no object, a place in what is no array: there is nothing, so NULL
-- flink differs, select_1: the job fails at the first record of another shape
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"a\":1}"}
{"id":2,"s":"[1]"}
{"id":3,"s":"1"}
{"id":4,"s":"\"a\""}
{"id":5,"s":"null"}
{"id":6,"s":null}
');
SELECT id, PARSE_JSON(s)['a'] AS m, PARSE_JSON(s)[1] AS e FROM t;
/* expect select_1
{"id":1,"m":"1","e":null}
{"id":2,"m":null,"e":"1"}
{"id":3,"m":null,"e":null}
{"id":4,"m":null,"e":null}
{"id":5,"m":null,"e":null}
{"id":6,"m":null,"e":null}
*/
