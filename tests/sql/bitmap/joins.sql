-- a BITMAP as key of a join
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
CREATE VIEW sets AS SELECT id, BITMAP_BUILD(a) AS b FROM t;
SELECT x.id, y.id AS other FROM sets AS x JOIN sets AS y ON x.b = y.b;
SELECT x.id, y.id AS other FROM sets AS x LEFT JOIN sets AS y ON x.b = y.b AND x.id <> y.id;
/* expect select_1
{"id":1,"other":1}
{"id":1,"other":5}
{"id":2,"other":2}
{"id":2,"other":6}
{"id":4,"other":4}
{"id":5,"other":1}
{"id":5,"other":5}
{"id":6,"other":2}
{"id":6,"other":6}
{"id":7,"other":7}
*/
/* expect select_2
{"id":1,"other":5}
{"id":2,"other":6}
{"id":3,"other":null}
{"id":4,"other":null}
{"id":5,"other":1}
{"id":6,"other":2}
{"id":7,"other":null}
*/
