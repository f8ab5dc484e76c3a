-- DEFINE of a variable that the pattern lacks is refused.
-- flink differs, error: it passes over the condition
CREATE TABLE t (id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2024-01-01 00:00:01
2,2024-01-01 00:00:02
');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS x PATTERN (A B) DEFINE C AS C.id > 1);
/* expect error
DEFINE names C, which the PATTERN does not have
*/
