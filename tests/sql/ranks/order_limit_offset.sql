-- ORDER BY with LIMIT and OFFSET.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,3,5
u,y,4,NULL
u,z,2,NULL
t,y,0,8
t,NULL,2,4
u,x,1,NULL
t,y,1,3
t,NULL,0,2
t,z,2,1
t,x,2,7
u,w,4,NULL
u,NULL,2,NULL
u,NULL,1,NULL
t,y,1,6
t,NULL,NULL,9
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, a FROM t ORDER BY a, id LIMIT 3 OFFSET 2;
/* expect select_1
{"id":3,"a":1}
{"id":6,"a":1}
{"id":8,"a":0}
*/
