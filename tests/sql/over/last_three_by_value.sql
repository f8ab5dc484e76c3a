-- The last three rows in the order of a value.
-- flink differs, select_1: it takes no bounded frame in the order of a value
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,z,2,NULL
t,x,NULL,4
t,z,5,1
u,NULL,NULL,NULL
t,w,5,9
t,z,5,6
u,w,NULL,NULL
t,y,0,7
t,y,0,5
t,y,NULL,2
u,y,1,NULL
u,w,4,NULL
u,NULL,4,NULL
t,w,NULL,3
t,NULL,0,8
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, SUM(a) OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM t;
/* expect select_1
{"id":1,"s":5}
{"id":2,"s":null}
{"id":3,"s":null}
{"id":4,"s":null}
{"id":5,"s":0}
{"id":6,"s":10}
{"id":7,"s":0}
{"id":8,"s":0}
{"id":9,"s":5}
*/
