-- an updating query into a topic as debezium-json, and back
CREATE TABLE t (k STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a
b
a
');
CREATE TABLE counts (k STRING, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'counts', 'sink.partitioner' = 'fixed', 'scan.startup.mode' = 'earliest-offset', 'format' = 'debezium-json');
INSERT INTO counts SELECT k, COUNT(*) FROM t GROUP BY k;
SELECT * FROM counts;
SELECT SUM(n) AS s, COUNT(*) AS c FROM counts;
/* expect select_1
{"k":"a","n":2}
{"k":"b","n":1}
*/
/* expect select_2
{"s":3,"c":2}
*/
