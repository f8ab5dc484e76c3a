-- Windows over processing time fire as the clock moves on, and all of them at the end of a bounded input.
-- flink differs, select_1: it loses windows of processing time at the end of the input
CREATE TABLE t (k STRING, a INT, p AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
x,1
x,2
y,5
');
SELECT k, SUM(a) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(p), INTERVAL '1' DAY)) GROUP BY k, window_start, window_end;
/* expect select_1
{"k":"x","s":3}
{"k":"y","s":5}
*/
