-- Hints that say how a batch engine joins are passed over, as in Flink.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT /*+ BROADCAST(t), SHUFFLE_HASH(u) */ t.a FROM t JOIN t AS u ON t.a = u.a;
/* expect select_1
{"a":1}
*/
