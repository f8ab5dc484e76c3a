-- FIRST_VALUE over a frame of two rows.
-- flink differs, select_1: it takes no bounded frame in the order of a value
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,y,4,NULL
t,w,4,4
t,z,3,8
t,x,NULL,6
u,z,1,NULL
t,x,2,9
t,NULL,2,2
u,x,3,NULL
t,x,1,5
t,x,5,7
u,w,2,NULL
t,z,NULL,3
t,w,3,1
u,x,4,NULL
u,y,4,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, FIRST_VALUE(id) OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS f FROM t;
/* expect select_1
{"id":1,"f":1}
{"id":2,"f":2}
{"id":3,"f":3}
{"id":4,"f":1}
{"id":5,"f":5}
{"id":6,"f":5}
{"id":7,"f":6}
{"id":8,"f":3}
{"id":9,"f":7}
*/
