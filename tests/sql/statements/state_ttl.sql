-- State that nobody writes may go after a time: by setting, or by hint for one input; a hint says LOOKUP of what changes no row.
SET 'table.exec.state.ttl' = '1 d';
CREATE TABLE t (k STRING, a INT, p AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
x,1
x,1
y,3
');
CREATE VIEW u AS SELECT k, a AS c FROM t;
SELECT k, COUNT(*) AS n, MAX(a) AS m FROM t GROUP BY k;
SELECT k, MAX(a) AS m FROM t GROUP BY k;
SELECT /*+ STATE_TTL('t' = '1h', 'u' = '2 d') */ t.k, u.c FROM t JOIN u ON t.k = u.k;
SELECT /*+ STATE_TTL('x' = '0') */ k, SUM(a) AS s FROM t AS x GROUP BY k;
SELECT k, a FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY a DESC) AS rn FROM t) WHERE rn = 1;
SELECT k, a FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY p) AS rn FROM t) WHERE rn = 1;
/* expect select_1
{"k":"x","n":2,"m":1}
{"k":"y","n":1,"m":3}
*/
/* expect changelog select_2
{"op":"+I","k":"x","m":1}
{"op":"-U","k":"x","m":1}
{"op":"+U","k":"x","m":1}
{"op":"+I","k":"y","m":3}
*/
/* expect select_3
{"k":"x","c":1}
{"k":"x","c":1}
{"k":"x","c":1}
{"k":"x","c":1}
{"k":"y","c":3}
*/
/* expect select_4
{"k":"x","s":2}
{"k":"y","s":3}
*/
/* expect select_5
{"k":"x","a":1}
{"k":"y","a":3}
*/
/* expect select_6
{"k":"x","a":1}
{"k":"y","a":3}
*/
