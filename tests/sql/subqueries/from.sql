-- A grouped query in FROM.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,NULL,7
u,z,4,NULL
u,w,4,NULL
t,y,4,3
t,z,2,2
u,y,1,NULL
u,NULL,2,NULL
t,x,5,9
u,y,3,NULL
t,NULL,2,8
t,z,NULL,1
t,w,0,5
t,z,5,4
t,z,0,6
u,w,4,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id, x.m FROM t, (SELECT k, MAX(c) AS m FROM u GROUP BY k) AS x WHERE x.k = t.k AND t.a < x.m;
/* expect select_1
{"id":2,"m":4}
{"id":5,"m":4}
{"id":6,"m":4}
*/
