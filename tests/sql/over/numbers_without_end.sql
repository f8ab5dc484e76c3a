-- counts as large as a number can be: LAG and ROWS
-- flink differs, select_2: the begin of so large a frame wraps there
-- flink differs, select_1: its offset is an INT
CREATE TABLE t (k INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2024-01-01 00:00:00
2,2024-01-01 00:00:01
3,2024-01-01 00:00:02
');
SELECT k, LAG(k, 9223372036854775807) OVER (ORDER BY ts) AS l FROM t;
SELECT k, SUM(k) OVER (ORDER BY ts ROWS BETWEEN 9223372036854775807 PRECEDING AND CURRENT ROW) AS s FROM t;
/* expect select_1
{"k":1,"l":null}
{"k":2,"l":null}
{"k":3,"l":null}
*/
/* expect select_2
{"k":1,"s":1}
{"k":2,"s":3}
{"k":3,"s":6}
*/
