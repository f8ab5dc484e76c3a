-- GROUP BY an expression.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,4,NULL
u,NULL,2,NULL
t,y,3,8
t,NULL,5,1
t,x,1,5
u,z,1,NULL
t,x,5,3
u,y,3,NULL
t,w,4,7
t,w,1,6
u,y,2,NULL
t,z,4,2
u,x,3,NULL
t,y,0,9
t,w,4,4
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT a % 3 AS m, COUNT(*) AS n, MIN(id) AS i FROM t GROUP BY a % 3;
/* expect select_1
{"m":0,"n":2,"i":8}
{"m":1,"n":5,"i":2}
{"m":2,"n":2,"i":1}
*/
