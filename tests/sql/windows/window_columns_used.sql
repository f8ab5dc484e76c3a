-- an aggregate over a window bound, and a window function without aggregate, which drops nothing
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"v":1,"ts":"1970-01-01 00:00:06"}
{"v":2,"ts":"1970-01-01 00:00:17"}
{"v":3,"ts":"1970-01-01 00:00:02"}
');
SELECT window_start, window_end, MAX(TIMESTAMPDIFF(SECOND, ts, window_end)) AS left_over FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
SELECT v, window_end FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '3' SECOND));
/* expect select_1
{"window_start":"1970-01-01 00:00:00.000","window_end":"1970-01-01 00:00:10.000","left_over":4}
{"window_start":"1970-01-01 00:00:10.000","window_end":"1970-01-01 00:00:20.000","left_over":3}
*/
/* expect select_2
{"v":1,"window_end":"1970-01-01 00:00:13.000"}
{"v":2,"window_end":"1970-01-01 00:00:23.000"}
{"v":3,"window_end":"1970-01-01 00:00:03.000"}
*/
