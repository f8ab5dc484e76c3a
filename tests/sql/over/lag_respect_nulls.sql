-- LAG … RESPECT NULLS is LAG
CREATE TABLE t (id INT, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,1,2024-01-01 00:00:01
2,-,2024-01-01 00:00:02
3,-,2024-01-01 00:00:03
4,4,2024-01-01 00:00:04
');
SELECT id, LAG(v) RESPECT NULLS OVER (ORDER BY ts) AS l FROM t;
/* expect select_1
{"id":1,"l":null}
{"id":2,"l":1}
{"id":3,"l":null}
{"id":4,"l":null}
*/
