-- HAVING with IN over a query.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,w,5,4
t,w,NULL,6
t,x,NULL,5
t,x,NULL,8
u,NULL,4,NULL
t,y,3,7
u,x,4,NULL
t,y,0,9
t,y,4,3
u,NULL,4,NULL
u,w,4,NULL
u,y,1,NULL
t,y,1,1
u,x,4,NULL
t,y,3,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, SUM(a) AS s FROM t GROUP BY k HAVING k IN (SELECT k FROM u);
/* expect select_1
{"k":"w","s":5}
{"k":"x","s":null}
{"k":"y","s":11}
*/
