-- EXISTS below GROUP BY.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,1,NULL
t,x,5,5
t,z,NULL,8
u,y,4,NULL
t,w,1,9
t,y,1,7
t,x,NULL,4
u,y,2,NULL
u,NULL,2,NULL
t,x,3,6
u,x,3,NULL
t,x,4,1
t,z,NULL,3
t,z,5,2
u,z,2,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, COUNT(*) AS n FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.k) GROUP BY k;
/* expect select_1
{"k":"x","n":4}
{"k":"y","n":1}
{"k":"z","n":3}
*/
