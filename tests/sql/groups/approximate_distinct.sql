-- APPROX_COUNT_DISTINCT: exact up to 1,024 values, near behind; NULLs are skipped; exact over rows that are taken back
-- not for flink: it refuses it on streams
CREATE TABLE t (id INT, k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":1,"ts":"2026-01-01 00:00:01"}
{"id":2,"k":"a","n":2,"ts":"2026-01-01 00:00:02"}
{"id":3,"k":"b","n":1,"ts":"2026-01-01 00:00:06"}
{"id":4,"k":"a","n":1,"ts":"2026-01-01 00:00:07"}
{"id":5,"k":"b","n":null,"ts":"2026-01-01 00:00:08"}
{"id":6,"k":"c","n":null,"ts":"2026-01-01 00:00:11"}
');
CREATE TABLE many (n INT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '20000');
SELECT k, APPROX_COUNT_DISTINCT(n) AS c FROM t GROUP BY k;
SELECT APPROX_COUNT_DISTINCT(k) AS c, APPROX_COUNT_DISTINCT(n) FILTER (WHERE k = 'a') AS f FROM t;
SELECT window_start, APPROX_COUNT_DISTINCT(n) AS c FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
SELECT APPROX_COUNT_DISTINCT(n) AS c FROM (SELECT k, MAX(n) AS n FROM t GROUP BY k);
SELECT id, APPROX_COUNT_DISTINCT(n) OVER (ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c FROM t;
SELECT c BETWEEN 19500 AND 20500 AS near FROM (SELECT APPROX_COUNT_DISTINCT(n) AS c FROM many) WHERE c > 19500;
/* expect select_1
{"k":"a","c":2}
{"k":"b","c":1}
{"k":"c","c":0}
*/
/* expect select_2
{"c":3,"f":2}
*/
/* expect select_3
{"window_start":"2025-12-31 23:59:55.000","c":2}
{"window_start":"2026-01-01 00:00:00.000","c":2}
{"window_start":"2026-01-01 00:00:05.000","c":1}
{"window_start":"2026-01-01 00:00:10.000","c":0}
*/
/* expect select_4
{"c":2}
*/
/* expect select_5
{"id":1,"c":1}
{"id":2,"c":2}
{"id":3,"c":2}
{"id":4,"c":1}
{"id":5,"c":1}
{"id":6,"c":0}
*/
/* expect select_6
{"near":true}
*/
