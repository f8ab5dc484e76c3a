-- texts and bytes are cut and padded to a table's lengths when the script says so; unsaid they go in as they are
CREATE TABLE t (s STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
ab
abcdef
');
CREATE TABLE unsaid (v VARCHAR(4), s STRING) WITH ('connector' = 'print');
CREATE TABLE fitted (c CHAR(4), v VARCHAR(4), s STRING, b VARBINARY(3)) WITH ('connector' = 'print');
INSERT INTO unsaid SELECT s, s FROM t;
SET 'table.exec.sink.type-length-enforcer' = 'trim_pad';
INSERT INTO fitted SELECT CAST(s AS CHAR(2)), s, s, CAST(s AS BYTES) FROM t;
/* expect unsaid
{"v":"ab","s":"ab"}
{"v":"abcdef","s":"abcdef"}
*/
/* expect fitted
{"c":"ab  ","v":"ab","s":"ab","b":"6162"}
{"c":"ab  ","v":"abcd","s":"abcdef","b":"616263"}
*/
