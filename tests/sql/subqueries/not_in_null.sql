-- NOT IN beside a NULL gives nothing.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,NULL,NULL,NULL
t,y,1,9
u,NULL,2,NULL
t,x,5,3
t,NULL,3,2
t,NULL,NULL,6
t,y,4,7
t,y,1,4
u,NULL,4,NULL
u,z,3,NULL
t,z,5,8
u,z,NULL,NULL
t,x,3,5
u,x,2,NULL
t,y,4,1
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE a NOT IN (SELECT c FROM u);
/* expect select_1
*/
