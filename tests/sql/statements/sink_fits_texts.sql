-- texts and bytes become those of the table's column, cut and padded as by a CAST; what says that it is of the column's type is believed, unless the script asks
CREATE TABLE t (s STRING, short VARCHAR(3), n INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
ab,ab,1
abcdef,abcdef,2
');
CREATE TABLE cut (c CHAR(4), v VARCHAR(4), s STRING, b VARBINARY(2)) WITH ('connector' = 'print');
CREATE TABLE beside (v VARCHAR(4), n BIGINT, d DECIMAL(5, 1), r ROW<a INT, b VARCHAR(2)>) WITH ('connector' = 'print');
CREATE TABLE believed (v VARCHAR(3), w VARCHAR(3)) WITH ('connector' = 'print');
CREATE TABLE asked (v VARCHAR(3)) WITH ('connector' = 'print');
CREATE TABLE told (v VARCHAR(3), c CHAR(4), r ROW<v VARCHAR(3)>) WITH ('connector' = 'print');
INSERT INTO cut SELECT CAST(s AS CHAR(2)), s, s, CAST(s AS BYTES) FROM t;
INSERT INTO beside SELECT s, n, n * 1.25, CAST(ROW(n, s) AS ROW<x INT, y STRING>) FROM t;
INSERT INTO believed SELECT short, s FROM t;
SET 'table.exec.sink.type-length-enforcer' = 'trim_pad';
INSERT INTO asked SELECT short FROM t;
SET 'table.exec.sink.type-length-enforcer' = 'ERROR';
INSERT INTO told SELECT s, CAST(s AS CHAR(2)), r FROM (SELECT s, CAST(ROW(short) AS ROW<v VARCHAR(3)>) AS r FROM t);
/* expect cut
{"c":"ab  ","v":"ab","s":"ab","b":"6162"}
{"c":"ab  ","v":"abcd","s":"abcdef","b":"6162"}
*/
/* expect beside
{"v":"ab","n":1,"d":"1.3","r":{"a":1,"b":"ab"}}
{"v":"abcd","n":2,"d":"2.5","r":{"a":2,"b":"ab"}}
*/
/* expect believed
{"v":"ab","w":"ab"}
{"v":"abcdef","w":"abc"}
*/
/* expect asked
{"v":"ab"}
{"v":"abc"}
*/
