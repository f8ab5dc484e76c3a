-- the newest VARIANT of a key, and the first, by ROW_NUMBER; ORDER BY something else carries it along
CREATE TABLE t (id INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:01"}
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:02"}
{"id":1,"s":"[7]","ts":"2026-01-01 00:00:03"}
{"id":2,"s":null,"ts":"2026-01-01 00:00:14"}
{"id":2,"s":"null","ts":"2026-01-01 00:00:15"}
{"id":3,"s":"[7]","ts":"2026-01-01 00:00:16"}
');
SELECT id, v FROM (SELECT id, PARSE_JSON(s) AS v, ROW_NUMBER() OVER (PARTITION BY id ORDER BY ts DESC) AS r FROM t) WHERE r = 1;
SELECT id, v FROM (SELECT id, PARSE_JSON(s) AS v, ROW_NUMBER() OVER (PARTITION BY PARSE_JSON(s) ORDER BY ts) AS r FROM t) WHERE r = 1;
SELECT id, PARSE_JSON(s) AS v FROM t ORDER BY ts DESC LIMIT 2;
SELECT id, v FROM (SELECT id, PARSE_JSON(s) AS v, ROW_NUMBER() OVER (PARTITION BY id ORDER BY s DESC) AS r FROM t) WHERE r <= 2;
/* expect select_1
{"id":1,"v":"[7]"}
{"id":2,"v":"null"}
{"id":3,"v":"[7]"}
*/
/* expect select_2
{"id":1,"v":"[7]"}
{"id":1,"v":"{\"a\":2,\"b\":1}"}
{"id":2,"v":"null"}
{"id":2,"v":null}
*/
/* expect select_3
{"id":2,"v":"null"}
{"id":3,"v":"[7]"}
*/
/* expect select_4
{"id":1,"v":"{\"a\":2,\"b\":1}"}
{"id":1,"v":"{\"a\":2,\"b\":1}"}
{"id":2,"v":"null"}
{"id":2,"v":null}
{"id":3,"v":"[7]"}
*/
