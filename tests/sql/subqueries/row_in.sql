-- A row IN a query.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,0,8
t,y,1,7
t,y,4,1
t,w,4,5
t,y,4,2
t,w,3,9
t,NULL,5,4
u,x,1,NULL
u,z,4,NULL
u,y,1,NULL
u,x,1,NULL
u,x,2,NULL
t,w,1,3
u,y,1,NULL
t,NULL,NULL,6
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE (k, a) IN (SELECT k, c FROM u);
/* expect select_1
{"id":7}
*/
