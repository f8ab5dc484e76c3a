-- IN beside OR.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,z,NULL,NULL
u,z,1,NULL
t,y,2,1
t,NULL,1,5
u,w,NULL,NULL
u,x,4,NULL
t,y,4,2
t,z,3,6
t,NULL,NULL,4
u,x,3,NULL
t,NULL,5,9
t,NULL,5,3
u,NULL,3,NULL
t,NULL,1,7
t,x,0,8
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE a IN (SELECT c FROM u WHERE u.k = t.k) OR a > 3;
/* expect select_1
{"id":2}
{"id":3}
{"id":9}
*/
