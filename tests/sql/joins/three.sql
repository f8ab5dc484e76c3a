-- Three tables.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,0,4
t,y,2,5
t,x,2,6
u,w,2,NULL
u,x,1,NULL
t,NULL,5,2
u,z,NULL,NULL
t,NULL,0,1
t,y,NULL,8
u,y,4,NULL
u,z,1,NULL
t,w,4,7
t,NULL,1,3
u,NULL,3,NULL
t,x,NULL,9
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT x.id AS i, u.c, y.id AS j FROM t AS x JOIN u ON x.k = u.k JOIN t AS y ON y.a = u.c;
/* expect select_1
{"i":4,"c":1,"j":3}
{"i":5,"c":4,"j":7}
{"i":6,"c":1,"j":3}
{"i":7,"c":2,"j":5}
{"i":7,"c":2,"j":6}
{"i":8,"c":4,"j":7}
{"i":9,"c":1,"j":3}
*/
