-- An aggregate without keys is one row over a condition that no row can meet, and none over a stream that happens to be empty.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT COUNT(*) AS n, SUM(a) AS s FROM t WHERE 1 = 2;
SELECT COUNT(*) AS n, SUM(a) AS s FROM t WHERE FALSE AND a > 0;
SELECT COUNT(*) AS n, SUM(a) AS s FROM t WHERE a > 100;
SELECT a, COUNT(*) AS n FROM t WHERE FALSE GROUP BY a;
/* expect changelog select_1
{"op":"+I","n":0,"s":null}
*/
/* expect select_2
{"n":0,"s":null}
*/
/* expect select_3
*/
/* expect select_4
*/
