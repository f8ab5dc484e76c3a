-- EXISTS over groups.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,3,9
t,x,5,8
u,x,3,NULL
t,x,0,5
t,NULL,3,2
u,NULL,3,NULL
t,NULL,2,1
t,y,2,4
u,y,2,NULL
u,w,3,NULL
u,x,1,NULL
t,z,3,7
t,NULL,0,3
u,y,2,NULL
t,y,4,6
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE EXISTS (SELECT k FROM u WHERE u.k = t.k GROUP BY k HAVING COUNT(*) > 1);
/* expect select_1
{"id":4}
{"id":5}
{"id":6}
{"id":8}
*/
