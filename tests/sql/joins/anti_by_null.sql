-- LEFT JOIN … IS NULL is an anti join.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,NULL,6
t,x,NULL,9
u,z,3,NULL
u,NULL,3,NULL
t,x,3,4
t,NULL,2,1
t,NULL,3,2
t,z,1,7
t,y,1,8
t,z,1,5
u,z,1,NULL
t,NULL,NULL,3
u,w,NULL,NULL
u,x,3,NULL
u,w,1,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id FROM t LEFT JOIN u ON t.k = u.k WHERE u.k IS NULL;
/* expect select_1
{"id":1}
{"id":2}
{"id":3}
{"id":8}
*/
