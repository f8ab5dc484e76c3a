-- an updating query into a topic as maxwell-json, as text and back
CREATE TABLE t (k STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a
b
a
');
CREATE TABLE counts (k STRING, n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'counts', 'sink.partitioner' = 'fixed', 'scan.startup.mode' = 'earliest-offset', 'format' = 'maxwell-json');
CREATE TABLE lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'counts', 'scan.startup.mode' = 'earliest-offset', 'format' = 'raw');
INSERT INTO counts SELECT k, COUNT(*) FROM t GROUP BY k;
SELECT * FROM counts;
SELECT SUM(n) AS s, COUNT(*) AS c FROM counts;
SELECT COUNT(*) > 1 AS several, COUNT(*) FILTER (WHERE line = '{"data":{"k":"b","n":1},"type":"insert"}') AS first FROM lines;
/* expect select_1
{"k":"a","n":2}
{"k":"b","n":1}
*/
/* expect select_2
{"s":3,"c":2}
*/
/* expect select_3
{"several":true,"first":1}
*/
