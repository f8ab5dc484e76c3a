-- MATCH_RECOGNIZE needs the order of a time attribute.
CREATE TABLE t (id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2024-01-01 00:00:01
2,2024-01-01 00:00:02
');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY id MEASURES A.id AS x PATTERN (A B) DEFINE B AS B.id > 1);
/* expect error
MATCH_RECOGNIZE is supported with ORDER BY a time attribute ascending first: a rowtime column (declare WATERMARK FOR it), or one AS PROCTIME()
*/
