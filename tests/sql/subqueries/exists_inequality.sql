-- EXISTS with a comparison of both rows.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,0,5
u,x,3,NULL
t,w,4,7
t,w,0,1
u,z,2,NULL
t,y,4,9
u,x,3,NULL
t,x,1,2
u,y,2,NULL
u,NULL,3,NULL
u,NULL,2,NULL
t,x,5,3
t,x,1,6
t,x,3,4
t,x,4,8
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.k AND u.c > t.a);
/* expect select_1
{"id":2}
{"id":5}
{"id":6}
*/
