-- OVER over groups that change.
-- flink differs, select_1: it orders OVER by one column
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,w,4,NULL
u,w,4,NULL
u,y,4,NULL
t,NULL,1,6
t,z,3,5
t,NULL,3,1
t,NULL,3,7
t,z,3,8
u,y,1,NULL
u,w,4,NULL
t,x,5,9
t,z,4,3
u,NULL,3,NULL
t,z,0,2
t,y,2,4
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, n, SUM(n) OVER (ORDER BY n, k) AS s FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k) AS x;
/* expect select_1
{"k":"x","n":1,"s":1}
{"k":"y","n":1,"s":2}
{"k":"z","n":4,"s":9}
{"k":null,"n":3,"s":5}
*/
