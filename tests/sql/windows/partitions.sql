-- the slowest partition holds the watermark back, so nothing of it is late
CREATE TABLE t (k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'partitions' = '2', 'rows' = '
fast,1970-01-01 00:00:01
slow,1970-01-01 00:00:01
fast,1970-01-01 00:00:21
slow,1970-01-01 00:00:02
fast,1970-01-01 00:00:31
slow,1970-01-01 00:00:22
fast,1970-01-01 00:00:41
slow,1970-01-01 00:00:03
');
SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
EXPLAIN WATERMARK SELECT k FROM t;
/* expect select_1
{"k":"fast","window_start":"1970-01-01 00:00:00.000","window_end":"1970-01-01 00:00:10.000","n":1}
{"k":"fast","window_start":"1970-01-01 00:00:20.000","window_end":"1970-01-01 00:00:30.000","n":1}
{"k":"fast","window_start":"1970-01-01 00:00:30.000","window_end":"1970-01-01 00:00:40.000","n":1}
{"k":"fast","window_start":"1970-01-01 00:00:40.000","window_end":"1970-01-01 00:00:50.000","n":1}
{"k":"slow","window_start":"1970-01-01 00:00:00.000","window_end":"1970-01-01 00:00:10.000","n":2}
{"k":"slow","window_start":"1970-01-01 00:00:20.000","window_end":"1970-01-01 00:00:30.000","n":1}
*/
/* expect t$late
{"k":"slow","ts":"1970-01-01 00:00:03.000"}
*/
/* expect printed
t: partition 0 active, watermark 1970-01-01 00:00:41.000
t: partition 1 active, watermark 1970-01-01 00:00:22.000
t: partition 1 holds the watermark back
late rows: 0
*/
