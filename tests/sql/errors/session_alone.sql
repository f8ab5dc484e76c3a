-- SESSION without an aggregate over it is refused.
-- flink differs, error: SESSION without an aggregate is not here yet
CREATE TABLE t (k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
x,2024-01-01 00:00:01
');
SELECT k, window_end FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND));
/* expect error
SESSION without an aggregate over it is not supported; GROUP BY its partition columns
*/
