-- NaN among values that are taken back is a value of its own
CREATE TABLE t (k STRING, d DOUBLE) WITH ('connector' = 'inline', 'format' = 'debezium-json', 'rows' = '
{"after":{"k":"a","d":1.5},"op":"c"}
{"after":{"k":"a","d":-1.0},"op":"c"}
{"after":{"k":"a","d":2.5},"op":"c"}
{"before":{"k":"a","d":-1.0},"op":"d"}
');
SELECT k, MIN(SQRT(d)) AS low, COUNT(*) AS n FROM t GROUP BY k;
/* expect select_1
{"k":"a","low":1.224744871391589,"n":2}
*/
