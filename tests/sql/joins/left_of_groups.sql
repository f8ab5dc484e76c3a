-- A LEFT JOIN to groups that change.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,2,NULL
u,x,4,NULL
t,w,4,7
u,w,4,NULL
t,y,1,3
t,x,0,1
t,w,4,6
t,y,2,4
u,NULL,1,NULL
u,y,4,NULL
t,w,1,8
t,x,1,5
t,z,4,9
t,y,4,2
u,z,3,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id, y.m FROM t LEFT JOIN (SELECT k, MAX(c) AS m FROM u GROUP BY k) AS y ON t.k = y.k;
/* expect select_1
{"id":1,"m":4}
{"id":2,"m":4}
{"id":3,"m":4}
{"id":4,"m":4}
{"id":5,"m":4}
{"id":6,"m":4}
{"id":7,"m":4}
{"id":8,"m":4}
{"id":9,"m":3}
*/
