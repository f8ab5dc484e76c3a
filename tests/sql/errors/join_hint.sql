-- A hint that says how a batch engine joins is refused by name.
-- flink differs, error: it passes over hints of batch joins
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT /*+ BROADCAST(t) */ a FROM t;
/* expect error
hint BROADCAST behind SELECT is not supported; known are STATE_TTL and LOOKUP
*/
