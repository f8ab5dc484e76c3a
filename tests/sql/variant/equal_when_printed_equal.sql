-- two VARIANTs are equal when they print the same: the order of keys in the text and zeros behind a point do not tell them apart
-- flink differs, select_1: its equality looks at the order in which keys came, and at how a number was written
-- flink differs, select_2: so do its groups
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"a\":1,\"b\":2}","u":"{\"b\":2,\"a\":1}"}
{"id":2,"s":"5","u":"5.0"}
{"id":3,"s":"[{\"x\":1,\"y\":[0.10]}]","u":"[{\"y\":[0.1],\"x\":1.00}]"}
{"id":4,"s":"1","u":"1e0"}
');
SELECT id, PARSE_JSON(s) = PARSE_JSON(u) AS e FROM t;
SELECT v, COUNT(*) AS n FROM (SELECT PARSE_JSON(s) AS v FROM t UNION ALL SELECT PARSE_JSON(u) FROM t) GROUP BY v;
/* expect select_1
{"id":1,"e":true}
{"id":2,"e":true}
{"id":3,"e":true}
{"id":4,"e":false}
*/
/* expect select_2
{"v":"1","n":1}
{"v":"1.0","n":1}
{"v":"5","n":2}
{"v":"[{\"x\":1,\"y\":[0.1]}]","n":2}
{"v":"{\"a\":1,\"b\":2}","n":2}
*/
