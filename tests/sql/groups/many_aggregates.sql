-- Aggregates skip NULL.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,NULL,3
t,w,5,8
t,w,2,2
u,y,3,NULL
u,x,4,NULL
u,z,1,NULL
t,z,3,5
u,y,3,NULL
t,NULL,2,6
t,NULL,3,9
t,z,NULL,7
t,z,0,4
t,z,2,1
u,y,4,NULL
u,x,2,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, COUNT(*) AS n, COUNT(a) AS na, SUM(a) AS s, MIN(a) AS lo, MAX(a) AS hi, COUNT(DISTINCT a) AS d FROM t GROUP BY k;
/* expect select_1
{"k":"w","n":2,"na":2,"s":7,"lo":2,"hi":5,"d":2}
{"k":"z","n":4,"na":3,"s":5,"lo":0,"hi":3,"d":3}
{"k":null,"n":3,"na":2,"s":5,"lo":2,"hi":3,"d":2}
*/
