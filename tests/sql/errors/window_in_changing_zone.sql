-- windows over instants in a zone whose clocks change are refused by name
-- flink differs, error: it runs this
CREATE TABLE t (n BIGINT, ts AS TO_TIMESTAMP_LTZ(n, 3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
');
SET 'table.local-time-zone' = 'Europe/Zurich';
SELECT window_start, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end;
/* expect error
windows over TIMESTAMP_LTZ in a zone whose offset changes are not supported yet
*/
