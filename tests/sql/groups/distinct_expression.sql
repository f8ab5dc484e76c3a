-- DISTINCT over an expression.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,1,9
u,y,4,NULL
t,w,0,8
u,y,3,NULL
t,w,0,3
u,z,3,NULL
u,z,3,NULL
u,y,3,NULL
t,z,3,7
t,x,2,4
t,x,3,1
t,y,3,2
t,y,0,5
t,w,5,6
u,x,2,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT DISTINCT a % 2 AS p, k FROM t;
/* expect select_1
{"p":0,"k":"w"}
{"p":0,"k":"x"}
{"p":0,"k":"y"}
{"p":1,"k":"w"}
{"p":1,"k":"x"}
{"p":1,"k":"y"}
{"p":1,"k":"z"}
{"p":1,"k":null}
*/
