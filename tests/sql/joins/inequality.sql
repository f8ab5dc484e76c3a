-- A join without an equality.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,w,5,4
t,w,2,1
t,y,NULL,2
u,y,2,NULL
t,w,4,6
u,NULL,1,NULL
u,w,2,NULL
t,y,0,3
t,y,NULL,8
t,z,5,5
t,w,2,7
u,NULL,1,NULL
t,y,3,9
u,NULL,4,NULL
u,x,4,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id, u.c FROM t JOIN u ON t.a < u.c;
/* expect select_1
{"id":1,"c":4}
{"id":1,"c":4}
{"id":3,"c":1}
{"id":3,"c":1}
{"id":3,"c":2}
{"id":3,"c":2}
{"id":3,"c":4}
{"id":3,"c":4}
{"id":7,"c":4}
{"id":7,"c":4}
{"id":9,"c":4}
{"id":9,"c":4}
*/
