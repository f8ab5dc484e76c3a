-- A correlated query beside aggregates.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,5,9
u,w,1,NULL
t,w,0,3
t,z,NULL,5
t,z,5,2
t,NULL,1,8
t,z,4,7
u,y,3,NULL
t,z,5,1
u,x,3,NULL
u,NULL,4,NULL
t,z,1,6
u,x,3,NULL
t,x,5,4
u,w,1,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, SUM(a) AS s, (SELECT MIN(c) FROM u WHERE u.k = t.k) AS m FROM t GROUP BY k;
/* expect select_1
{"k":"w","s":0,"m":1}
{"k":"x","s":5,"m":3}
{"k":"z","s":20,"m":null}
{"k":null,"s":1,"m":null}
*/
