-- the slower of two partitions holds the watermark back, whichever shard read the times of their rows
SET 'parallelism.default' = '3';
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'partitions' = '2', 'rows' = '
1,2024-01-01 00:00:05
2,2024-01-01 00:00:01
3,2024-01-01 00:00:09
4,2024-01-01 00:00:02
5,2024-01-01 00:00:01
6,2024-01-01 00:00:12
7,2024-01-01 00:00:03
8,2024-01-01 00:00:13
');
SELECT v * 10 AS v, CURRENT_WATERMARK(ts) AS w FROM t WHERE v <> 4;
/* expect select_1
{"v":10,"w":null}
{"v":20,"w":null}
{"v":30,"w":"2024-01-01 00:00:01.000"}
{"v":50,"w":"2024-01-01 00:00:02.000"}
{"v":60,"w":"2024-01-01 00:00:02.000"}
{"v":70,"w":"2024-01-01 00:00:09.000"}
{"v":80,"w":"2024-01-01 00:00:09.000"}
*/
