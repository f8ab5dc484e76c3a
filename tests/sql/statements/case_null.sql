-- CASE, COALESCE and NULLIF.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,NULL,3,NULL
t,y,0,9
u,NULL,3,NULL
u,w,1,NULL
t,w,3,2
t,w,2,6
t,z,0,5
t,y,4,8
t,w,3,3
u,x,2,NULL
u,x,2,NULL
t,z,NULL,4
t,z,4,7
u,y,1,NULL
t,NULL,2,1
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, CASE a WHEN 1 THEN 'one' WHEN 2 THEN 'two' END AS w, COALESCE(a, -1) AS c, NULLIF(a, 2) AS n FROM t;
/* expect select_1
{"id":1,"w":"two","c":2,"n":null}
{"id":2,"w":null,"c":3,"n":3}
{"id":3,"w":null,"c":3,"n":3}
{"id":4,"w":null,"c":-1,"n":null}
{"id":5,"w":null,"c":0,"n":0}
{"id":6,"w":"two","c":2,"n":null}
{"id":7,"w":null,"c":4,"n":4}
{"id":8,"w":null,"c":4,"n":4}
{"id":9,"w":null,"c":0,"n":0}
*/
