-- VARIANT as key of windows
CREATE TABLE t (id INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:01"}
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:02"}
{"id":1,"s":"[7]","ts":"2026-01-01 00:00:03"}
{"id":2,"s":null,"ts":"2026-01-01 00:00:14"}
{"id":2,"s":"null","ts":"2026-01-01 00:00:15"}
{"id":3,"s":"[7]","ts":"2026-01-01 00:00:16"}
');
SELECT window_start, PARSE_JSON(s) AS v, COUNT(*) AS c FROM TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND) GROUP BY window_start, window_end, PARSE_JSON(s);
SELECT SESSION_START(ts, INTERVAL '5' SECOND) AS b, v, COUNT(*) AS c FROM (SELECT PARSE_JSON(s) AS v, ts FROM t) GROUP BY v, SESSION(ts, INTERVAL '5' SECOND);
/* expect select_1
{"window_start":"2026-01-01 00:00:00.000","v":"[7]","c":1}
{"window_start":"2026-01-01 00:00:00.000","v":"{\"a\":2,\"b\":1}","c":2}
{"window_start":"2026-01-01 00:00:10.000","v":"[7]","c":1}
{"window_start":"2026-01-01 00:00:10.000","v":"null","c":1}
{"window_start":"2026-01-01 00:00:10.000","v":null,"c":1}
*/
/* expect select_2
{"b":"2026-01-01 00:00:01.000","v":"{\"a\":2,\"b\":1}","c":2}
{"b":"2026-01-01 00:00:03.000","v":"[7]","c":1}
{"b":"2026-01-01 00:00:14.000","v":null,"c":1}
{"b":"2026-01-01 00:00:15.000","v":"null","c":1}
{"b":"2026-01-01 00:00:16.000","v":"[7]","c":1}
*/
