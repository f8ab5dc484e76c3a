-- sets whose bytes came in another form are equal: their bytes here are canonical
-- flink differs, select_1: it keeps the form
-- flink differs, select_2: it compares the bytes of keys
-- flink differs, select_3: it compares the bytes of keys
CREATE TABLE t (id INT, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"h":"3a300000010000000000020010000000010002000300"}
{"id":2,"h":"3b3000000100000200010001000200"}
{"id":3,"h":"3a3000000100000000000300100000000100020003000400"}
{"id":4,"h":"3b3000000100000300020001000100030001000500"}
');
CREATE VIEW v AS SELECT id, BITMAP_FROM_BYTES(UNHEX(h)) AS b FROM t;
SELECT id, BITMAP_TO_BYTES(b) AS y FROM v;
SELECT b, COUNT(*) AS n FROM v GROUP BY b;
SELECT x.id, y.id AS other FROM v AS x JOIN v AS y ON x.b = y.b;
SELECT COUNT(DISTINCT BITMAP_TO_STRING(b)) AS n FROM v;
/* expect select_1
{"id":1,"y":"3a300000010000000000020010000000010002000300"}
{"id":2,"y":"3a300000010000000000020010000000010002000300"}
{"id":3,"y":"3b3000000100000300010001000300"}
{"id":4,"y":"3b3000000100000300010001000300"}
*/
/* expect select_2
{"b":"{1,2,3,4}","n":2}
{"b":"{1,2,3}","n":2}
*/
/* expect select_3
{"id":1,"other":1}
{"id":1,"other":2}
{"id":2,"other":1}
{"id":2,"other":2}
{"id":3,"other":3}
{"id":3,"other":4}
{"id":4,"other":3}
{"id":4,"other":4}
*/
/* expect select_4
{"n":2}
*/
