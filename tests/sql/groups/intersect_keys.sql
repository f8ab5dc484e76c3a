-- INTERSECT with NULLs and duplicates.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,w,2,4
u,NULL,2,NULL
t,z,NULL,3
u,z,4,NULL
t,z,4,1
t,x,2,2
u,NULL,4,NULL
t,w,0,6
u,z,3,NULL
t,z,2,8
t,z,4,7
u,y,4,NULL
t,w,3,5
u,y,3,NULL
t,NULL,3,9
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k FROM t INTERSECT SELECT k FROM u;
/* expect select_1
{"k":"z"}
{"k":null}
*/
