-- rows are decoded and filtered by all shards, and stand in the order of the table all the same: each with the watermark of the rows before it, the first ones under a LIMIT
SET 'parallelism.default' = '2';
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1,2024-01-01 00:00:01
b,2,2024-01-01 00:00:05
a,3,2024-01-01 00:00:02
c,4,2024-01-01 00:00:31
b,5,2024-01-01 00:00:07
a,6,2024-01-01 00:00:30
c,7,2024-01-01 00:00:04
b,8,2024-01-01 00:00:44
a,9,2024-01-01 00:00:40
');
CREATE VIEW odd AS SELECT k, v, ts FROM t WHERE MOD(v, 2) = 1;
SELECT v, CURRENT_WATERMARK(ts) AS w FROM odd;
SELECT v + 100 AS v FROM t WHERE v > 2 LIMIT 3;
SELECT k, window_start AS w, SUM(v) AS s FROM TABLE(TUMBLE(TABLE odd, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS n FROM t) WHERE n = 1;
/* expect select_1
{"v":1,"w":null}
{"v":3,"w":"2024-01-01 00:00:04.000"}
{"v":5,"w":"2024-01-01 00:00:30.000"}
{"v":7,"w":"2024-01-01 00:00:30.000"}
{"v":9,"w":"2024-01-01 00:00:43.000"}
*/
/* expect select_2
{"v":103}
{"v":104}
{"v":105}
*/
/* expect select_3
{"k":"a","w":"2024-01-01 00:00:00.000","s":4}
{"k":"a","w":"2024-01-01 00:00:40.000","s":9}
*/
/* expect select_4
{"k":"a","v":9}
{"k":"b","v":8}
{"k":"c","v":4}
*/
/* expect odd$late
{"k":"b","v":5,"ts":"2024-01-01 00:00:07.000"}
{"k":"c","v":7,"ts":"2024-01-01 00:00:04.000"}
*/
