-- PREV is refused with what to write.
CREATE TABLE t (id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2024-01-01 00:00:01
2,2024-01-01 00:00:02
');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS x PATTERN (A B) DEFINE B AS PREV(B.id) > 1);
/* expect error
PREV is not supported in MATCH_RECOGNIZE; use FIRST(v.column, n) or LAST(v.column, n)
*/
