-- VARIANT beside OVER: as partition, counted, and of the row before
CREATE TABLE t (id INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:01"}
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:02"}
{"id":1,"s":"[7]","ts":"2026-01-01 00:00:03"}
{"id":2,"s":null,"ts":"2026-01-01 00:00:14"}
{"id":2,"s":"null","ts":"2026-01-01 00:00:15"}
{"id":3,"s":"[7]","ts":"2026-01-01 00:00:16"}
');
SELECT id, COUNT(*) OVER (PARTITION BY PARSE_JSON(s) ORDER BY ts) AS c FROM t;
SELECT id, LAG(PARSE_JSON(s)) OVER (ORDER BY ts) AS l FROM t;
SELECT id, COUNT(PARSE_JSON(s)) OVER (PARTITION BY id ORDER BY ts) AS c FROM t;
/* expect select_1
{"id":1,"c":1}
{"id":1,"c":1}
{"id":1,"c":2}
{"id":2,"c":1}
{"id":2,"c":1}
{"id":3,"c":2}
*/
/* expect select_2
{"id":1,"l":"{\"a\":2,\"b\":1}"}
{"id":1,"l":"{\"a\":2,\"b\":1}"}
{"id":1,"l":null}
{"id":2,"l":"[7]"}
{"id":2,"l":null}
{"id":3,"l":"null"}
*/
/* expect select_3
{"id":1,"c":1}
{"id":1,"c":2}
{"id":1,"c":3}
{"id":2,"c":0}
{"id":2,"c":1}
{"id":3,"c":1}
*/
