-- HAVING against a query.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,2,4
t,NULL,2,8
t,y,3,6
t,y,5,3
t,y,0,9
u,NULL,4,NULL
u,y,2,NULL
u,z,1,NULL
u,x,4,NULL
t,x,0,5
u,NULL,4,NULL
t,z,4,7
t,NULL,2,1
u,z,2,NULL
t,z,NULL,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, SUM(a) AS s FROM t GROUP BY k HAVING SUM(a) > (SELECT MIN(c) FROM u);
/* expect select_1
{"k":"y","s":8}
{"k":"z","s":6}
{"k":null,"s":4}
*/
