-- RANK and DENSE_RANK by a value, NULL first.
-- flink differs, select_1: its RANK as a stream takes equal rows for different ones
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,3,NULL
t,z,1,4
t,z,0,5
t,x,4,6
u,NULL,1,NULL
u,w,2,NULL
u,z,1,NULL
t,x,NULL,3
t,w,1,7
u,w,4,NULL
t,x,4,1
t,NULL,4,8
u,z,3,NULL
t,NULL,4,2
t,y,4,9
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, RANK() OVER (PARTITION BY k ORDER BY a) AS r, DENSE_RANK() OVER (PARTITION BY k ORDER BY a) AS d FROM t;
/* expect select_1
{"id":1,"r":2,"d":2}
{"id":2,"r":1,"d":1}
{"id":3,"r":1,"d":1}
{"id":4,"r":2,"d":2}
{"id":5,"r":1,"d":1}
{"id":6,"r":2,"d":2}
{"id":7,"r":1,"d":1}
{"id":8,"r":1,"d":1}
{"id":9,"r":1,"d":1}
*/
