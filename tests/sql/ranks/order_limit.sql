-- ORDER BY with LIMIT.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,y,1,NULL
t,NULL,4,7
u,w,3,NULL
t,x,5,3
u,y,3,NULL
t,NULL,0,6
t,w,4,8
t,y,1,9
u,x,1,NULL
u,NULL,2,NULL
t,z,4,5
t,NULL,3,1
t,x,NULL,2
u,x,1,NULL
t,z,1,4
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, a FROM t ORDER BY a DESC, id LIMIT 3;
/* expect select_1
{"id":3,"a":5}
{"id":5,"a":4}
{"id":7,"a":4}
*/
