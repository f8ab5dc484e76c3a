-- Three queries in one WHERE.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,NULL,3
u,x,4,NULL
t,y,2,6
t,z,2,8
u,w,1,NULL
t,z,2,7
u,x,3,NULL
t,NULL,3,4
u,z,4,NULL
u,z,1,NULL
t,NULL,0,5
t,w,0,2
u,NULL,3,NULL
t,x,4,9
t,z,1,1
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE a > (SELECT MIN(c) FROM u WHERE u.k = t.k) AND k IN (SELECT k FROM u WHERE c > 1) AND NOT EXISTS (SELECT 1 FROM u WHERE u.c = t.a);
/* expect select_1
{"id":7}
{"id":8}
*/
