-- OVER without an order.
-- flink differs, select_1: it needs an order
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,1,7
u,z,2,NULL
u,NULL,3,NULL
t,NULL,3,3
t,w,NULL,6
t,NULL,3,2
t,z,5,4
t,w,5,5
u,NULL,1,NULL
t,y,4,8
u,z,2,NULL
t,y,1,9
u,x,4,NULL
t,x,1,1
u,NULL,1,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, SUM(a) OVER (PARTITION BY k) AS n, MIN(a) OVER (PARTITION BY k) AS mi FROM t;
/* expect select_1
{"id":1,"n":2,"mi":1}
{"id":2,"n":6,"mi":3}
{"id":3,"n":6,"mi":3}
{"id":4,"n":5,"mi":5}
{"id":5,"n":5,"mi":5}
{"id":6,"n":5,"mi":5}
{"id":7,"n":2,"mi":1}
{"id":8,"n":5,"mi":1}
{"id":9,"n":5,"mi":1}
*/
