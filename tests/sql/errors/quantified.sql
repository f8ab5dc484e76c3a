-- Equality with all and difference from any are refused with what to write.
-- flink differs, error: it compares with all rows
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT a FROM t WHERE a = ALL (SELECT a FROM t);
/* expect error
'= ALL' is not supported; compare with (SELECT MIN
*/
