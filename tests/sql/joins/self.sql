-- A table joined with itself.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,0,7
t,z,3,4
t,NULL,2,8
u,NULL,1,NULL
t,x,3,6
t,NULL,4,9
t,x,NULL,3
u,y,2,NULL
u,w,2,NULL
t,z,3,2
t,NULL,NULL,1
u,w,4,NULL
u,y,4,NULL
u,y,4,NULL
t,w,2,5
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT x.id AS i, y.id AS j FROM t AS x JOIN t AS y ON x.k = y.k AND x.id < y.id;
/* expect select_1
{"i":2,"j":4}
{"i":3,"j":6}
*/
