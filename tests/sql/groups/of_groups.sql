-- An aggregate of aggregates.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,1,4
u,z,2,NULL
t,x,2,7
u,NULL,2,NULL
t,x,5,6
t,NULL,NULL,9
u,z,2,NULL
u,x,3,NULL
t,NULL,4,8
t,y,5,3
u,z,4,NULL
t,NULL,NULL,2
u,y,1,NULL
t,w,5,1
t,z,3,5
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT n, COUNT(*) AS c FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k) AS x GROUP BY n;
/* expect select_1
{"n":1,"c":2}
{"n":2,"c":2}
{"n":3,"c":1}
*/
