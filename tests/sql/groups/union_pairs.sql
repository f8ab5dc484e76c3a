-- UNION drops duplicates of both sides.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,w,1,NULL
u,z,3,NULL
t,NULL,2,2
t,y,4,4
u,w,4,NULL
u,y,4,NULL
t,w,3,9
t,z,0,5
u,w,1,NULL
t,y,1,1
t,NULL,2,3
t,x,1,8
u,w,1,NULL
t,x,2,6
t,x,3,7
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, a FROM t UNION SELECT k, c FROM u;
/* expect select_1
{"k":"w","a":1}
{"k":"w","a":3}
{"k":"w","a":4}
{"k":"x","a":1}
{"k":"x","a":2}
{"k":"x","a":3}
{"k":"y","a":1}
{"k":"y","a":4}
{"k":"z","a":0}
{"k":"z","a":3}
{"k":null,"a":2}
*/
