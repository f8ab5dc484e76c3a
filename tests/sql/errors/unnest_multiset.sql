-- UNNEST of a MULTISET has no column of how often an element is there.
CREATE TABLE t (k STRING, m STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,x
');
SELECT k, x, n FROM (SELECT k, COLLECT(m) AS s FROM t GROUP BY k) AS q CROSS JOIN UNNEST(s) AS u(x, n);
/* expect error
UNNEST gives 1 columns, its alias names 2
*/
