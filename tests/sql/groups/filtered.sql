-- FILTER for each aggregate.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,w,2,NULL
t,z,0,2
u,NULL,3,NULL
u,z,1,NULL
u,x,1,NULL
t,x,2,6
t,NULL,3,8
t,y,NULL,7
t,NULL,NULL,4
t,w,1,3
u,x,1,NULL
t,x,NULL,5
t,z,NULL,9
t,w,3,1
u,x,2,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, COUNT(*) FILTER (WHERE a > 2) AS n, SUM(a) FILTER (WHERE a <= 2) AS s, COUNT(DISTINCT a) FILTER (WHERE id > 3) AS d FROM t GROUP BY k;
/* expect select_1
{"k":"w","n":1,"s":1,"d":0}
{"k":"x","n":0,"s":2,"d":1}
{"k":"y","n":0,"s":null,"d":0}
{"k":"z","n":0,"s":0,"d":0}
{"k":null,"n":1,"s":null,"d":1}
*/
