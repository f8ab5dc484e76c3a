-- EXISTS beside OR.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,w,4,NULL
u,w,4,NULL
t,y,0,6
u,y,3,NULL
t,z,5,9
t,w,4,4
t,z,3,5
u,w,3,NULL
t,x,1,1
t,z,1,3
t,z,3,7
u,y,4,NULL
t,w,5,2
u,NULL,1,NULL
t,y,0,8
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE a = 1 OR NOT EXISTS (SELECT 1 FROM u WHERE u.k = t.k);
/* expect select_1
{"id":1}
{"id":3}
{"id":5}
{"id":7}
{"id":9}
*/
