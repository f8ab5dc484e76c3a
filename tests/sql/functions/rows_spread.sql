-- r.* of a ROW, of a field that is one, of NULL; names that come twice
SELECT r.* FROM (SELECT CAST(ROW(1, 'z') AS ROW<p INT, q STRING>) AS r) AS t;
SELECT 7 AS p, r.*, r.p AS x FROM (SELECT CAST(ROW(1, 'z') AS ROW<p INT, q STRING>) AS r) AS t;
SELECT t.r.* FROM (SELECT CAST(ROW(1, 'z') AS ROW<p INT, q STRING>) AS r) AS t;
SELECT r.n.* FROM (SELECT CAST(ROW(1, ROW('z', 2)) AS ROW<p INT, n ROW<q STRING, w INT>>) AS r) AS t;
SELECT r.* FROM (SELECT CASE WHEN a > 1 THEN CAST(ROW(1, 'z') AS ROW<p INT, q STRING>) END AS r FROM (VALUES (1), (2)) AS v (a)) AS t;
SELECT r.*, x FROM (SELECT CAST(ROW(1, 'z') AS ROW<p INT, q STRING>) AS r, 5 AS x) AS t;
/* expect select_1
{"p":1,"q":"z"}
*/
/* expect select_2
{"p":7,"p0":1,"q":"z","x":1}
*/
/* expect select_3
{"p":1,"q":"z"}
*/
/* expect select_4
{"q":"z","w":2}
*/
/* expect select_5
{"p":1,"q":"z"}
{"p":null,"q":null}
*/
/* expect select_6
{"p":1,"q":"z","x":5}
*/
