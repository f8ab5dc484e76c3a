-- NOT IN over the partners of each row.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,1,1
t,x,2,8
u,NULL,1,NULL
t,w,NULL,3
u,NULL,1,NULL
u,x,NULL,NULL
t,w,3,4
t,x,0,9
t,w,2,6
t,NULL,3,7
t,y,0,2
t,y,0,5
u,x,NULL,NULL
u,y,NULL,NULL
u,z,2,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE a NOT IN (SELECT c FROM u WHERE u.k = t.k);
/* expect select_1
{"id":3}
{"id":4}
{"id":6}
{"id":7}
*/
