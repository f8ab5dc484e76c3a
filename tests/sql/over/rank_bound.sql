-- RANK under a bound keeps ties.
-- flink differs, select_1: it takes no bound over RANK
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,1,8
t,NULL,NULL,1
u,z,3,NULL
u,NULL,3,NULL
t,NULL,4,2
t,NULL,4,3
t,NULL,3,9
u,x,3,NULL
u,NULL,2,NULL
t,w,0,7
t,NULL,4,6
u,y,1,NULL
u,x,3,NULL
t,y,0,4
t,x,4,5
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, s FROM (SELECT k, SUM(a) AS s, RANK() OVER (ORDER BY SUM(a) DESC) AS r FROM t GROUP BY k) AS x WHERE r <= 2;
/* expect select_1
{"k":"x","s":5}
{"k":null,"s":15}
*/
