-- Top-N over an updating input remembers every row, so that the next one can take a place that falls free.
CREATE TABLE t (k STRING, a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
x,1
y,2
z,3
z,-5
x,7
');
SELECT k, s FROM (SELECT k, s, ROW_NUMBER() OVER (ORDER BY s DESC) AS rk FROM (SELECT k, SUM(a) AS s FROM t GROUP BY k)) WHERE rk <= 2;
CREATE TABLE best (rk BIGINT, k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO best SELECT rk, k, s FROM (SELECT k, s, ROW_NUMBER() OVER (ORDER BY s DESC) AS rk FROM (SELECT k, SUM(a) AS s FROM t GROUP BY k)) WHERE rk <= 2;
/* expect select_1
{"k":"x","s":8}
{"k":"y","s":2}
*/
/* expect best
{"rk":1,"k":"x","s":8}
{"rk":2,"k":"y","s":2}
*/
