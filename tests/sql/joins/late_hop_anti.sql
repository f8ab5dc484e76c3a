-- anti join of HOP windows of two parts of one table: rows whose window is over join nothing
-- not for flink: which input it reads first decides there what is late
CREATE TABLE both_sides (side STRING, id INT, k INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
l,1,1,2024-01-01 00:00:01
r,2,1,2024-01-01 00:00:02
l,3,2,2024-01-01 00:00:04
r,4,2,2024-01-01 00:00:06
l,5,2,2024-01-01 00:00:03
r,6,2,2024-01-01 00:00:04
l,7,1,2024-01-01 00:00:07
r,8,1,2024-01-01 00:00:04.500
r,9,1,2024-01-01 00:00:11
l,10,1,2024-01-01 00:00:09
r,11,-,2024-01-01 00:00:09.500
l,12,-,2024-01-01 00:00:12
r,13,1,2024-01-01 00:00:08
l,14,3,2024-01-01 00:00:21
r,15,1,2024-01-01 00:00:11
l,16,1,2024-01-01 00:00:11.500
l,17,3,2024-01-01 00:00:19
r,18,3,2024-01-01 00:00:19
r,19,3,2024-01-01 00:00:20
l,20,3,2024-01-01 00:00:14
');
CREATE VIEW l AS SELECT id, k, ts FROM both_sides WHERE side = 'l';
CREATE VIEW r AS SELECT id, k, ts FROM both_sides WHERE side = 'r';
SELECT id, window_end FROM (SELECT * FROM TABLE(HOP(TABLE l, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))) AS x WHERE NOT EXISTS (SELECT 1 FROM (SELECT * FROM TABLE(HOP(TABLE r, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))) AS y WHERE x.k = y.k AND x.window_start = y.window_start AND x.window_end = y.window_end);
/* expect select_1
{"id":12,"window_end":"2024-01-01 00:00:15.000"}
{"id":12,"window_end":"2024-01-01 00:00:20.000"}
{"id":3,"window_end":"2024-01-01 00:00:05.000"}
*/
