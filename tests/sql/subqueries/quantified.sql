-- Comparisons with all and with any of a query's values, with NULLs and with nothing among them.
CREATE TABLE t (id INT, a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,1
2,5
3,9
4,NULL
');
CREATE TABLE u (b INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
2
5
');
CREATE TABLE n (b INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
2
NULL
');
SELECT id, a > ALL (SELECT b FROM u) AS gt, a >= ALL (SELECT b FROM u) AS ge, a < ALL (SELECT b FROM u) AS lt, a <= ANY (SELECT b FROM u) AS le, a > SOME (SELECT b FROM u) AS anyone FROM t;
SELECT id, a > ALL (SELECT b FROM n) AS ga, a > ANY (SELECT b FROM n) AS gn FROM t;
SELECT id FROM t WHERE a >= ALL (SELECT b FROM u);
SELECT id FROM t WHERE NOT a > ANY (SELECT b FROM u);
/* expect select_1
{"id":1,"gt":false,"ge":false,"lt":true,"le":true,"anyone":false}
{"id":2,"gt":false,"ge":true,"lt":false,"le":true,"anyone":true}
{"id":3,"gt":true,"ge":true,"lt":false,"le":false,"anyone":true}
{"id":4,"gt":null,"ge":null,"lt":null,"le":null,"anyone":null}
*/
/* expect select_2
{"id":1,"ga":false,"gn":null}
{"id":2,"ga":null,"gn":true}
{"id":3,"ga":null,"gn":true}
{"id":4,"ga":null,"gn":null}
*/
/* expect select_3
{"id":2}
{"id":3}
*/
/* expect select_4
{"id":1}
*/
