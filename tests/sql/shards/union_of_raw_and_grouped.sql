-- rows of a source beside rows of an aggregate: both are counted by key, and a union that no key follows is one result
SET 'parallelism.default' = '3';
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
a,4
c,8
');
SELECT k, COUNT(*) AS n, SUM(v) AS s FROM (SELECT k, v FROM t UNION ALL SELECT k, SUM(v) AS v FROM t GROUP BY k) GROUP BY k;
SELECT UPPER(k) AS u, v FROM (SELECT k, v FROM t UNION ALL SELECT k, SUM(v) AS v FROM t GROUP BY k) WHERE v > 3;
/* expect select_1
{"k":"a","n":3,"s":10}
{"k":"b","n":2,"s":4}
{"k":"c","n":2,"s":16}
*/
/* expect select_2
{"u":"A","v":4}
{"u":"A","v":5}
{"u":"C","v":8}
{"u":"C","v":8}
*/
