-- a field of an expression has no name of its own
CREATE TABLE t (id INT, a ARRAY<ROW<x INT, y INT>>, r ROW<p INT, q ROW<z INT>>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"a":[{"x":1,"y":2}],"r":{"p":5,"q":{"z":6}}}');
SELECT id, a[1].x, a[1].y AS y, r.p, r.q.z, (r).p, CAST(ROW(id, 2) AS ROW<g INT, h INT>).h FROM t;
CREATE VIEW v AS SELECT a[1].x, r.p FROM t;
SELECT * FROM v;
/* expect select_1
{"id":1,"EXPR$1":1,"y":2,"p":5,"z":6,"EXPR$5":5,"EXPR$6":2}
*/
/* expect select_2
{"EXPR$0":1,"p":5}
*/
