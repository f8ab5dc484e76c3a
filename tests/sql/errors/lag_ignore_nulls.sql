-- LAG … IGNORE NULLS is refused by name: Flink takes the words and counts NULLs all the same
-- flink differs, error: it counts NULLs as RESPECT NULLS does
CREATE TABLE t (id INT, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,1,2024-01-01 00:00:01');
SELECT id, LAG(v) IGNORE NULLS OVER (ORDER BY ts) AS l FROM t;
/* expect error
LAG … IGNORE NULLS is not supported: NULLs count as rows; leave them out in a subquery
*/
