-- NOT over IN beside OR.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,4,NULL
u,z,4,NULL
u,x,3,NULL
t,y,1,8
t,w,NULL,1
t,x,3,4
u,y,1,NULL
t,z,5,3
t,z,NULL,7
t,y,0,9
u,x,4,NULL
t,w,1,5
u,w,1,NULL
t,y,5,6
t,x,5,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE NOT (a IN (SELECT c FROM u WHERE u.k = t.k)) OR a > 3;
/* expect select_1
{"id":2}
{"id":3}
{"id":6}
{"id":9}
*/
