-- NATURAL JOIN.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,w,1,NULL
t,x,3,5
t,x,2,7
u,x,1,NULL
t,x,1,6
t,x,2,9
u,y,2,NULL
u,w,4,NULL
t,NULL,2,8
u,y,2,NULL
u,y,3,NULL
t,NULL,5,4
t,x,4,3
t,NULL,3,1
t,y,3,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT * FROM (SELECT k, id FROM t) AS t NATURAL JOIN (SELECT k, c FROM u) AS u;
/* expect select_1
{"k":"x","id":3,"c":1}
{"k":"x","id":5,"c":1}
{"k":"x","id":6,"c":1}
{"k":"x","id":7,"c":1}
{"k":"x","id":9,"c":1}
{"k":"y","id":2,"c":2}
{"k":"y","id":2,"c":2}
{"k":"y","id":2,"c":3}
*/
