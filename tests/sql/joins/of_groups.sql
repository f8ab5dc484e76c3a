-- A join of groups that change.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,y,1,NULL
t,NULL,1,6
u,y,4,NULL
t,w,4,4
u,x,2,NULL
u,NULL,4,NULL
t,x,0,8
u,w,3,NULL
t,NULL,0,7
t,z,2,3
t,x,5,1
t,y,3,5
t,w,0,2
u,NULL,1,NULL
t,z,5,9
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT x.k, x.s, y.m FROM (SELECT k, SUM(a) AS s FROM t GROUP BY k) AS x JOIN (SELECT k, MAX(c) AS m FROM u GROUP BY k) AS y ON x.k = y.k;
/* expect select_1
{"k":"w","s":4,"m":3}
{"k":"x","s":5,"m":2}
{"k":"y","s":3,"m":4}
*/
