-- a row that is taken back from a group that is not there changes nothing, and the update behind it begins the group
CREATE TABLE t (k STRING, c BIGINT) WITH ('connector' = 'inline', 'format' = 'debezium-json', 'rows' = '
{"before":{"k":"a","c":1},"after":{"k":"a","c":5},"op":"u"}
{"before":{"k":"b","c":-9223372036854775808},"op":"d"}
{"before":{"k":"a","c":5},"after":{"k":"a","c":7},"op":"u"}
{"after":{"k":"b","c":2},"op":"c"}
');
SELECT k, SUM(c) AS s, COUNT(*) AS n, AVG(c) AS a FROM t GROUP BY k;
/* expect select_1
{"k":"a","s":7,"n":1,"a":7}
{"k":"b","s":2,"n":1,"a":2}
*/
