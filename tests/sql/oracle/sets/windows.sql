-- windows over UNION ALL
CREATE TABLE l (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,x,2024-01-01 00:00:01
2,y,2024-01-01 00:00:03
3,x,2024-01-01 00:00:04
4,-,2024-01-01 00:00:05
5,x,2024-01-01 00:00:12
6,y,2024-01-01 00:00:10
7,z,2024-01-01 00:00:21
');
CREATE TABLE r (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
11,x,2024-01-01 00:00:01
12,x,2024-01-01 00:00:06
13,y,2024-01-01 00:00:09
14,-,2024-01-01 00:00:05
15,x,2024-01-01 00:00:10
16,w,2024-01-01 00:00:11
17,y,2024-01-01 00:00:12
18,z,2024-01-01 00:00:19
');
CREATE VIEW both_sides AS SELECT * FROM l UNION ALL SELECT * FROM r;
SELECT window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE both_sides, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_end":"2024-01-01 00:00:05.000","n":4}
{"window_end":"2024-01-01 00:00:10.000","n":4}
{"window_end":"2024-01-01 00:00:15.000","n":5}
{"window_end":"2024-01-01 00:00:20.000","n":1}
{"window_end":"2024-01-01 00:00:25.000","n":1}
*/
