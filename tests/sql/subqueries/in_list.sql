-- IN over a query, NULLs on both sides.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,w,4,9
t,x,2,6
u,NULL,NULL,NULL
t,w,4,1
u,z,1,NULL
t,NULL,4,7
u,x,NULL,NULL
t,z,2,2
t,NULL,5,3
u,NULL,1,NULL
u,y,4,NULL
t,y,0,8
t,x,2,5
t,x,2,4
u,y,4,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE a IN (SELECT c FROM u);
/* expect select_1
{"id":1}
{"id":7}
{"id":9}
*/
