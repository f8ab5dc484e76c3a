-- a row is late on many shards exactly when it is late on one; late rows are kept
SET 'parallelism.default' = '3';
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1,2024-01-01 00:00:01
b,2,2024-01-01 00:00:02
c,4,2024-01-01 00:00:12
a,8,2024-01-01 00:00:09
d,16,2024-01-01 00:00:03
c,32,2024-01-01 00:00:25
b,64,2024-01-01 00:00:14
d,128,2024-01-01 00:00:19
e,256,2024-01-01 00:00:26
');
SELECT k, window_start AS w, SUM(v) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
SELECT window_start AS w, SUM(v) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"k":"a","w":"2024-01-01 00:00:00.000","s":1}
{"k":"b","w":"2024-01-01 00:00:00.000","s":2}
{"k":"c","w":"2024-01-01 00:00:10.000","s":4}
{"k":"c","w":"2024-01-01 00:00:20.000","s":32}
{"k":"e","w":"2024-01-01 00:00:20.000","s":256}
*/
/* expect select_2
{"w":"2024-01-01 00:00:00.000","s":3}
{"w":"2024-01-01 00:00:10.000","s":4}
{"w":"2024-01-01 00:00:20.000","s":288}
*/
/* expect t$late
{"k":"a","v":8,"ts":"2024-01-01 00:00:09.000"}
{"k":"b","v":64,"ts":"2024-01-01 00:00:14.000"}
{"k":"d","v":128,"ts":"2024-01-01 00:00:19.000"}
{"k":"d","v":16,"ts":"2024-01-01 00:00:03.000"}
*/
