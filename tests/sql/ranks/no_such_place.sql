-- Places that no row has: nothing comes, and no fault.
CREATE TABLE t (k STRING, n INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"k": "a", "n": 1}
{"k": "a", "n": 2}
{"k": null, "n": 3}
');
CREATE VIEW firsts AS SELECT k, n, rn FROM (SELECT k, n, ROW_NUMBER() OVER (PARTITION BY k ORDER BY n) AS rn FROM t) WHERE rn <= 2;
SELECT k, n, rn FROM firsts WHERE rn >= 10;
SELECT k, n FROM (SELECT k, n, ROW_NUMBER() OVER (PARTITION BY k ORDER BY n) AS rn FROM t) WHERE rn BETWEEN 10 AND 4;
SELECT k, n, rn FROM firsts WHERE rn = 3 AND n > 1;
SELECT k, COUNT(*) AS n FROM firsts WHERE rn > 7 GROUP BY k;
SELECT t.n, f.n AS m FROM t LEFT JOIN (SELECT * FROM firsts WHERE rn = 9) AS f ON t.k = f.k;
SELECT k FROM firsts WHERE rn > 5 UNION ALL SELECT k FROM t;
/* expect select_1
*/
/* expect select_2
*/
/* expect select_3
*/
/* expect select_4
*/
/* expect select_5
{"n":1,"m":null}
{"n":2,"m":null}
{"n":3,"m":null}
*/
/* expect select_6
{"k":"a"}
{"k":"a"}
{"k":null}
*/
