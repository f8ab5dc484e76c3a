-- MATCH_ROWTIME() needs a pattern in the order of a rowtime.
CREATE TABLE t (id INT, p AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY p MEASURES MATCH_ROWTIME() AS rt PATTERN (A) DEFINE A AS A.id > 1);
/* expect error
MATCH_ROWTIME tells the rowtime of a pattern in its order; this one's is processing time: use MATCH_PROCTIME()
*/
