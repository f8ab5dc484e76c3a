-- Two different OVER windows in one SELECT are refused, as Flink does.
CREATE TABLE a (k INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,2024-01-01 00:00:00');
SELECT COUNT(*) OVER (ORDER BY ts), COUNT(*) OVER (PARTITION BY k ORDER BY ts) FROM a;
/* expect error
line 3, column 37: all OVER calls of one SELECT must share one window
*/
