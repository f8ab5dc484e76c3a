-- EXCEPT with NULLs and duplicates.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,1,5
t,z,NULL,9
t,z,5,7
t,NULL,4,4
t,y,2,2
t,y,5,6
u,w,1,NULL
t,y,2,8
u,x,4,NULL
u,x,4,NULL
u,z,3,NULL
u,z,1,NULL
u,x,1,NULL
t,y,1,3
t,z,3,1
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k FROM t EXCEPT SELECT k FROM u;
/* expect select_1
{"k":"y"}
{"k":null}
*/
