-- Keys, aggregates, HAVING and windows over what Python says; an update is called for again when it is taken back.
-- not for flink: Python functions need PyFlink
CREATE TEMPORARY FUNCTION twice AS 'samples.twice' LANGUAGE PYTHON;
CREATE TEMPORARY FUNCTION tag AS 'samples.tag' LANGUAGE PYTHON;
CREATE TEMPORARY FUNCTION letters AS 'samples.letters' LANGUAGE PYTHON;
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), d AS twice(v), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1,2026-01-01 00:00:01
b,2,2026-01-01 00:00:02
a,3,2026-01-01 00:00:12
c,4,2026-01-01 00:00:13
');
SELECT tag(k) AS g, SUM(twice(v)) AS s, MAX(d) AS m FROM t GROUP BY tag(k) HAVING twice(COUNT(*)) > 3;
SELECT k, twice(n) AS n2 FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k);
SELECT window_end, tag(k, v) AS g, SUM(twice(v)) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, tag(k, v);
SELECT k, l FROM (SELECT k, letters(k || 'x') AS ls FROM t WHERE v > 2) CROSS JOIN UNNEST(ls) AS u (l);
/* expect select_1
{"g":"#1a","s":8,"m":6}
*/
/* expect changelog select_2
{"op":"+I","k":"a","n2":2}
{"op":"+I","k":"b","n2":2}
{"op":"-U","k":"a","n2":2}
{"op":"+U","k":"a","n2":4}
{"op":"+I","k":"c","n2":2}
*/
/* expect select_3
{"window_end":"2026-01-01 00:00:10.000","g":"#2a","s":2}
{"window_end":"2026-01-01 00:00:10.000","g":"#2b","s":4}
{"window_end":"2026-01-01 00:00:20.000","g":"#2a","s":6}
{"window_end":"2026-01-01 00:00:20.000","g":"#2c","s":8}
*/
/* expect select_4
{"k":"a","l":"a"}
{"k":"a","l":"x"}
{"k":"c","l":"c"}
{"k":"c","l":"x"}
*/
