-- a row that cannot be computed on a shard ends the run with its error
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
a,-1
c,3
');
SELECT k, 10 / SUM(v) AS share FROM t GROUP BY k;
/* expect error
zero
*/
