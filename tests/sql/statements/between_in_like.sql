-- BETWEEN, IN and LIKE.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,0,1
t,w,4,2
u,z,4,NULL
t,x,0,4
t,z,4,9
u,z,2,NULL
t,w,5,7
u,z,2,NULL
t,z,2,8
u,w,1,NULL
u,w,4,NULL
u,z,2,NULL
t,z,0,5
t,z,NULL,6
t,y,1,3
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE a BETWEEN 1 AND 3 AND k IN ('x', 'y') OR k LIKE 'z%';
/* expect select_1
{"id":3}
{"id":5}
{"id":6}
{"id":8}
{"id":9}
*/
