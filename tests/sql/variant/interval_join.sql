-- an interval join by VARIANT
CREATE TABLE t (id INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:01"}
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:02"}
{"id":1,"s":"[7]","ts":"2026-01-01 00:00:03"}
{"id":2,"s":null,"ts":"2026-01-01 00:00:14"}
{"id":2,"s":"null","ts":"2026-01-01 00:00:15"}
{"id":3,"s":"[7]","ts":"2026-01-01 00:00:16"}
');
SELECT x.id AS a, y.id AS b, x.v FROM (SELECT id, PARSE_JSON(s) AS v, ts FROM t) x JOIN (SELECT id, PARSE_JSON(s) AS v, ts FROM t) y ON x.v = y.v AND x.ts BETWEEN y.ts - INTERVAL '1' SECOND AND y.ts;
/* expect select_1
{"a":1,"b":1,"v":"[7]"}
{"a":1,"b":1,"v":"{\"a\":2,\"b\":1}"}
{"a":1,"b":1,"v":"{\"a\":2,\"b\":1}"}
{"a":1,"b":1,"v":"{\"a\":2,\"b\":1}"}
{"a":2,"b":2,"v":"null"}
{"a":3,"b":3,"v":"[7]"}
*/
