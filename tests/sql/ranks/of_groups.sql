-- Top-N of groups that change.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,3,9
u,y,4,NULL
u,z,2,NULL
u,y,2,NULL
t,w,1,3
t,x,0,6
u,z,4,NULL
t,NULL,NULL,5
t,x,1,2
t,x,5,8
t,NULL,4,4
t,w,NULL,7
u,y,3,NULL
t,y,0,1
u,y,3,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, s FROM (SELECT k, SUM(a) AS s, ROW_NUMBER() OVER (ORDER BY SUM(a) DESC, k) AS rn FROM t GROUP BY k) AS x WHERE rn <= 2;
/* expect select_1
{"k":"x","s":9}
{"k":null,"s":4}
*/
