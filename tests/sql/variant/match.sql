-- MATCH_RECOGNIZE measures a VARIANT and looks into it
CREATE TABLE t (id INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:01"}
{"id":1,"s":"{\"b\":1,\"a\":2}","ts":"2026-01-01 00:00:02"}
{"id":1,"s":"[7]","ts":"2026-01-01 00:00:03"}
{"id":2,"s":null,"ts":"2026-01-01 00:00:14"}
{"id":2,"s":"null","ts":"2026-01-01 00:00:15"}
{"id":3,"s":"[7]","ts":"2026-01-01 00:00:16"}
');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES FIRST(PARSE_JSON(X.s)) AS f, LAST(PARSE_JSON(X.s)) AS l, Y.id AS i ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN (X+ Y) DEFINE X AS X.id = 1, Y AS Y.id = 2);
/* expect select_1
{"f":"{\"a\":2,\"b\":1}","l":"[7]","i":2}
*/
