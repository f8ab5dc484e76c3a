-- two VARIANTs are equal when they print the same: the order of keys in the text and the way a number is written do not tell them apart; and what is printed and read again is the same value
-- flink differs, select_1: its equality looks at the order in which keys came, and at how a number was written
-- flink differs, select_2: so do its groups
-- flink differs, select_3: it prints 100.0 for 1e2, and reads 100 from that
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"a\":1,\"b\":2}","u":"{\"b\":2,\"a\":1}"}
{"id":2,"s":"5","u":"5.0"}
{"id":3,"s":"[{\"x\":1,\"y\":[0.10]}]","u":"[{\"y\":[0.1],\"x\":1.00}]"}
{"id":4,"s":"1","u":"1e0"}
');
SELECT id, PARSE_JSON(s) = PARSE_JSON(u) AS e FROM t;
SELECT v, COUNT(*) AS n FROM (SELECT PARSE_JSON(s) AS v FROM t UNION ALL SELECT PARSE_JSON(u) FROM t) GROUP BY v;
SELECT id, PARSE_JSON(s)['n'] AS v, PARSE_JSON(JSON_STRING(PARSE_JSON(s))) = PARSE_JSON(s) AS again FROM (VALUES (1, '{"n":[1e2,-0e0,2E0,0.1e1,4.9e-325]}'), (2, '{"n":1e7}'), (3, '{"n":1.0000000000000000000000000000000000000000}')) AS x (id, s);
/* expect select_1
{"id":1,"e":true}
{"id":2,"e":true}
{"id":3,"e":true}
{"id":4,"e":true}
*/
/* expect select_2
{"v":"1","n":2}
{"v":"5","n":2}
{"v":"[{\"x\":1,\"y\":[0.1]}]","n":2}
{"v":"{\"a\":1,\"b\":2}","n":2}
*/
/* expect select_3
{"id":1,"v":"[100,0,2,1,0]","again":true}
{"id":2,"v":"1.0E7","again":true}
{"id":3,"v":"1","again":true}
*/
