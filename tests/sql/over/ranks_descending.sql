-- RANK by a value descending, NULL last.
-- flink differs, select_1: it takes OVER in ascending order only
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,NULL,2,NULL
t,x,3,3
u,x,4,NULL
t,NULL,NULL,7
t,w,3,4
t,x,4,8
t,x,0,5
t,w,2,6
t,x,5,9
u,x,4,NULL
u,x,2,NULL
u,z,3,NULL
u,NULL,3,NULL
t,NULL,2,1
t,w,3,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, RANK() OVER (PARTITION BY k ORDER BY a DESC) AS r FROM t;
/* expect select_1
{"id":1,"r":1}
{"id":2,"r":1}
{"id":3,"r":3}
{"id":4,"r":1}
{"id":5,"r":4}
{"id":6,"r":3}
{"id":7,"r":2}
{"id":8,"r":2}
{"id":9,"r":1}
*/
