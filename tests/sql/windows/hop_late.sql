-- a row too late for one HOP window still counts in its open ones, wherever batches end
CREATE TABLE t (k INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"k":1,"ts":"1970-01-01 00:00:10"}
{"k":1,"ts":"1970-01-01 00:00:08"}
{"k":2,"ts":"1970-01-01 00:00:03"}
{"k":1,"ts":"1970-01-01 00:00:21"}
');
SELECT window_start, window_end, window_time, k, COUNT(*) AS n
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end, window_time;
/* expect select_1
{"window_start":"1970-01-01 00:00:05.000","window_end":"1970-01-01 00:00:15.000","window_time":"1970-01-01 00:00:14.999","k":1,"n":2}
{"window_start":"1970-01-01 00:00:10.000","window_end":"1970-01-01 00:00:20.000","window_time":"1970-01-01 00:00:19.999","k":1,"n":1}
{"window_start":"1970-01-01 00:00:15.000","window_end":"1970-01-01 00:00:25.000","window_time":"1970-01-01 00:00:24.999","k":1,"n":1}
{"window_start":"1970-01-01 00:00:20.000","window_end":"1970-01-01 00:00:30.000","window_time":"1970-01-01 00:00:29.999","k":1,"n":1}
*/
/* expect t$late
{"k":2,"ts":"1970-01-01 00:00:03.000"}
*/
