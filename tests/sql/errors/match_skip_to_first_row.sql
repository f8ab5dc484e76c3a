-- A match that would begin again at its own first row fails as it runs.
CREATE TABLE t (id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2024-01-01 00:00:01
2,2024-01-01 00:00:02
');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS x AFTER MATCH SKIP TO FIRST A PATTERN (A B) DEFINE B AS B.id > 1);
/* expect error
would go back to the first row of the match, for ever
*/
