-- LIMIT over groups that change.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,3,NULL
t,x,0,6
t,y,3,5
t,x,NULL,8
t,x,1,2
t,y,NULL,4
t,NULL,4,1
u,NULL,2,NULL
u,NULL,3,NULL
t,y,1,7
u,y,4,NULL
u,z,3,NULL
t,z,2,9
t,w,5,3
u,z,4,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, COUNT(*) AS n FROM t GROUP BY k ORDER BY COUNT(*) DESC, k LIMIT 2;
/* expect select_1
{"k":"x","n":3}
{"k":"y","n":3}
*/
