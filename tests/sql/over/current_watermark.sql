-- CURRENT_WATERMARK is what the rows before a row imply; NULL on the first; late rows are told by it.
CREATE TABLE t (id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2024-01-01 00:00:05
2,2024-01-01 00:00:09
3,2024-01-01 00:00:03
4,2024-01-01 00:00:08.500
');
SELECT id, CURRENT_WATERMARK(ts) AS w FROM t;
SELECT id FROM t WHERE CURRENT_WATERMARK(ts) IS NULL OR ts > CURRENT_WATERMARK(ts);
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE((SELECT ts, id FROM t WHERE CURRENT_WATERMARK(ts) IS NULL OR ts > CURRENT_WATERMARK(ts)), DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"id":1,"w":null}
{"id":2,"w":"2024-01-01 00:00:04.000"}
{"id":3,"w":"2024-01-01 00:00:08.000"}
{"id":4,"w":"2024-01-01 00:00:08.000"}
*/
/* expect select_2
{"id":1}
{"id":2}
{"id":4}
*/
/* expect select_3
{"window_start":"2024-01-01 00:00:00.000","n":3}
*/
