-- A running sum in the order of a value.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,5,7
u,z,2,NULL
t,x,3,9
t,z,4,5
t,x,3,4
u,NULL,2,NULL
t,x,0,8
t,x,5,2
t,z,NULL,1
u,y,3,NULL
u,x,2,NULL
t,x,4,3
t,x,0,6
u,x,4,NULL
u,z,1,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, SUM(a) OVER (PARTITION BY k ORDER BY a) AS s FROM t;
/* expect select_1
{"id":1,"s":null}
{"id":2,"s":15}
{"id":3,"s":10}
{"id":4,"s":6}
{"id":5,"s":4}
{"id":6,"s":0}
{"id":7,"s":5}
{"id":8,"s":0}
{"id":9,"s":6}
*/
