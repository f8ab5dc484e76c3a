-- LATERAL of a query without FROM computes values beside each row
-- flink differs, select_1: its planner fails (unexpected correlate variable)
-- flink differs, select_2: its planner fails (unexpected correlate variable)
-- flink differs, select_3: its planner fails (unexpected correlate variable)
-- flink differs, select_4: its planner fails (unexpected correlate variable)
CREATE TABLE t (id INT, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,10,2026-01-01 00:00:01
2,NULL,2026-01-01 00:00:02
3,30,2026-01-01 00:00:13
');
SELECT x.id, l.b, l.c FROM t AS x, LATERAL (SELECT x.a + 1 AS b, UPPER('k' || CAST(x.id AS STRING)) AS c) AS l;
SELECT id, twice FROM t LEFT JOIN LATERAL (SELECT a * 2) AS l (twice) ON TRUE;
SELECT id, b FROM t JOIN LATERAL (SELECT a + id AS b) AS l ON l.b > 11;
SELECT window_start, SUM(b) AS s FROM TABLE(TUMBLE((SELECT ts, b FROM t, LATERAL (SELECT a + 1 AS b) AS l), DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"id":1,"b":11,"c":"K1"}
{"id":2,"b":null,"c":"K2"}
{"id":3,"b":31,"c":"K3"}
*/
/* expect select_2
{"id":1,"twice":20}
{"id":2,"twice":null}
{"id":3,"twice":60}
*/
/* expect select_3
{"id":3,"b":33}
*/
/* expect select_4
{"window_start":"2026-01-01 00:00:00.000","s":11}
{"window_start":"2026-01-01 00:00:10.000","s":31}
*/
