-- Rows above the average of another table.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,w,2,1
t,w,4,2
u,z,1,NULL
u,w,3,NULL
t,x,1,8
u,y,4,NULL
t,z,1,7
t,w,1,4
t,y,3,3
u,z,1,NULL
u,y,1,NULL
u,z,4,NULL
t,x,NULL,9
t,w,4,5
t,x,1,6
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, a FROM t WHERE a > (SELECT AVG(CAST(c AS DOUBLE)) FROM u);
/* expect select_1
{"k":"w","a":4}
{"k":"w","a":4}
{"k":"y","a":3}
*/
