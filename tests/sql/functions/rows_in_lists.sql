-- rows that are written out: IN, NOT IN, = and <>, with NULLs
SELECT a, (a, CAST(a AS STRING)) IN ((1, '1'), (2, 'x')) AS i FROM (VALUES (1), (2), (CAST(NULL AS INT))) AS v (a);
SELECT a FROM (VALUES (1), (2), (CAST(NULL AS INT))) AS v (a) WHERE (a, a + 1) IN ((1, 2), (2, 5), (a, 7));
SELECT a FROM (VALUES (1), (2), (CAST(NULL AS INT))) AS v (a) WHERE (a, a + 1) NOT IN ((1, 2), (2, 5));
SELECT a, (a, 1) = (2, 1) AS e, (a, 1) <> (2, 2) AS n, ROW(a, 1) = ROW(2, 1) AS r FROM (VALUES (1), (2), (CAST(NULL AS INT))) AS v (a);
SELECT a FROM (VALUES (1), (2)) AS v (a) WHERE ROW(a, 1) IN (ROW(1, 1));
/* expect select_1
{"a":1,"i":true}
{"a":2,"i":false}
{"a":null,"i":null}
*/
/* expect select_2
{"a":1}
*/
/* expect select_3
{"a":2}
*/
/* expect select_4
{"a":1,"e":false,"n":true,"r":false}
{"a":2,"e":true,"n":true,"r":true}
{"a":null,"e":null,"n":true,"r":null}
*/
/* expect select_5
{"a":1}
*/
