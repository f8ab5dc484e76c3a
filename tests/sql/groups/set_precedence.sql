-- INTERSECT binds stronger than UNION.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,NULL,4
t,y,4,3
t,w,1,2
t,x,4,1
u,z,4,NULL
u,x,4,NULL
t,x,3,9
u,NULL,3,NULL
u,x,3,NULL
t,w,1,6
t,w,4,7
t,z,2,8
u,z,4,NULL
u,w,4,NULL
t,z,0,5
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k FROM t UNION SELECT k FROM u WHERE c > 2 EXCEPT SELECT k FROM u WHERE c = 1;
/* expect select_1
{"k":"w"}
{"k":"x"}
{"k":"y"}
{"k":"z"}
{"k":null}
*/
