-- a LIMIT as large as a number can be, behind an OFFSET
-- flink differs, select_1: LIMIT and OFFSET wrap there
CREATE TABLE t (k INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
3
');
SELECT k FROM t ORDER BY k LIMIT 9223372036854775807 OFFSET 1;
/* expect select_1
{"k":2}
{"k":3}
*/
