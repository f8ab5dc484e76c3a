-- a query as a value over no rows is NULL, a COUNT 0; what would be neither is refused
CREATE TABLE a (k INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
CREATE TABLE b (k INT, x INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,10
1,20
');
SELECT a.k, (SELECT SUM(b.x) * 2 + 1 FROM b WHERE b.k = a.k) AS s, (SELECT COUNT(*) FROM b WHERE b.k = a.k) AS n, (SELECT MAX(b.x) FROM b WHERE b.k = a.k HAVING COUNT(*) > 5) AS m FROM a;
/* expect select_1
{"k":1,"s":61,"n":2,"m":null}
{"k":2,"s":null,"n":0,"m":null}
*/
