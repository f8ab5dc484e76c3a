-- IN as a value: TRUE, FALSE and unknown.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,4,9
u,y,NULL,NULL
t,NULL,1,8
u,y,1,NULL
t,w,0,7
u,z,NULL,NULL
u,w,1,NULL
t,w,5,5
t,y,3,6
t,x,2,4
u,y,NULL,NULL
u,z,3,NULL
t,z,3,2
t,y,5,1
t,z,4,3
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, CASE WHEN a IN (SELECT c FROM u WHERE u.k = t.k) THEN 'in' WHEN a NOT IN (SELECT c FROM u WHERE u.k = t.k) THEN 'out' ELSE 'unknown' END AS x FROM t;
/* expect select_1
{"id":1,"x":"unknown"}
{"id":2,"x":"in"}
{"id":3,"x":"unknown"}
{"id":4,"x":"out"}
{"id":5,"x":"out"}
{"id":6,"x":"unknown"}
{"id":7,"x":"out"}
{"id":8,"x":"out"}
{"id":9,"x":"out"}
*/
