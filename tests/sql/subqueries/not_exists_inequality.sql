-- Its negation.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,NULL,3,NULL
t,y,3,1
t,x,NULL,3
u,NULL,4,NULL
u,y,2,NULL
t,x,NULL,4
t,y,3,9
t,NULL,2,7
t,NULL,3,5
u,y,2,NULL
t,y,0,6
u,z,3,NULL
t,y,3,8
u,NULL,1,NULL
t,z,0,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.k = t.k AND u.c > t.a);
/* expect select_1
{"id":1}
{"id":3}
{"id":4}
{"id":5}
{"id":7}
{"id":8}
{"id":9}
*/
