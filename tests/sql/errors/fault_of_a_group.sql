-- of many rows it is the one that cannot be computed; its key is in front, behind an exchange as well
CREATE TABLE t (id INT, k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,a,4
2,b,0
3,b,7
');
SELECT k, 100 / s AS share FROM (SELECT k, MAX(v) - 4 AS s FROM t GROUP BY k);
/* expect error
in (/ 100 (- agg$0 4)); operator Project(k=$0, share=(/ 100 (- $1 4))) of select_1; row {"k":"a","agg$0":4}
*/
