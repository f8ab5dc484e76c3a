-- A join by one of two equalities.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,y,4,NULL
t,x,5,7
t,w,1,3
t,NULL,0,1
t,y,3,8
t,w,2,5
u,NULL,3,NULL
t,x,0,9
u,z,2,NULL
t,w,NULL,2
u,NULL,1,NULL
u,z,3,NULL
t,x,1,6
t,x,3,4
u,y,4,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id, u.c FROM t JOIN u ON t.k = u.k OR t.a = u.c;
/* expect select_1
{"id":3,"c":1}
{"id":4,"c":3}
{"id":4,"c":3}
{"id":5,"c":2}
{"id":6,"c":1}
{"id":8,"c":3}
{"id":8,"c":3}
{"id":8,"c":4}
{"id":8,"c":4}
*/
