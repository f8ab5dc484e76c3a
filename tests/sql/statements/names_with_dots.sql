-- Catalogs, databases and tables are told apart whatever dots their names have
CREATE CATALOG a WITH ('type' = 'generic_in_memory', 'default-database' = 'b.c');
CREATE CATALOG `a.b` WITH ('type' = 'generic_in_memory', 'default-database' = 'c');
CREATE TABLE a.`b.c`.t (v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
');
CREATE TABLE `a.b`.c.t (v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
2
');
CREATE TABLE `t.with.dots` (v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
3
');
CREATE TABLE a.`b.c`.shown (v INT) WITH ('connector' = 'print');
CREATE VIEW a.`b.c`.w AS SELECT v * 10 AS v FROM `a.b`.c.t;
SELECT x.v, y.v AS y, z.v AS z, w.v AS w FROM a.`b.c`.t AS x, `a.b`.c.t AS y, `t.with.dots` AS z, a.`b.c`.w AS w;
INSERT INTO a.`b.c`.shown SELECT SUM(v) FROM `a.b`.c.t;
SHOW TABLES;
SHOW TABLES FROM a.`b.c`;
SHOW CREATE TABLE a.`b.c`.shown;
DROP CATALOG a;
SELECT v FROM `a.b`.c.t;
SHOW TABLES FROM `a.b`.c;
/* expect select_1
{"v":1,"y":2,"z":3,"w":20}
*/
/* expect a.`b.c`.shown
{"v":2}
*/
/* expect printed
t.with.dots
shown
t
w
CREATE TABLE `a`.`b.c`.`shown` (
  `v` INT
)
WITH (
  'connector' = 'print'
)
t
*/
/* expect select_2
{"v":2}
*/
