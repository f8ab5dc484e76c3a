-- Groups over a join.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,NULL,6
u,z,4,NULL
t,x,3,7
t,NULL,3,1
t,w,5,4
u,y,3,NULL
u,NULL,3,NULL
t,NULL,1,9
u,w,1,NULL
u,y,2,NULL
u,w,2,NULL
t,NULL,5,8
t,y,1,5
t,z,NULL,3
t,x,0,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.k, COUNT(*) AS n, SUM(u.c) AS s FROM t JOIN u ON t.k = u.k GROUP BY t.k;
/* expect select_1
{"k":"w","n":2,"s":3}
{"k":"y","n":2,"s":5}
{"k":"z","n":1,"s":4}
*/
