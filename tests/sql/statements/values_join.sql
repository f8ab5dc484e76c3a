-- VALUES as a table.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,4,5
u,y,3,NULL
t,x,2,1
t,x,2,3
t,x,3,4
u,NULL,1,NULL
t,NULL,0,6
t,z,1,7
t,y,NULL,2
u,x,1,NULL
u,w,2,NULL
t,y,4,8
t,z,1,9
u,NULL,1,NULL
u,w,3,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id, v.w FROM t JOIN (SELECT 'x' AS k, 'first' AS w UNION ALL SELECT 'y', 'second') AS v ON t.k = v.k;
/* expect select_1
{"id":1,"w":"first"}
{"id":2,"w":"second"}
{"id":3,"w":"first"}
{"id":4,"w":"first"}
{"id":8,"w":"second"}
*/
