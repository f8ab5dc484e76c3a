-- NTILE, LEAD and LAG.
-- flink differs, select_1: it has no NTILE and LEAD as a stream
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,4,6
t,y,0,4
t,w,0,7
t,x,NULL,9
u,z,2,NULL
u,z,2,NULL
t,NULL,4,8
t,z,1,1
u,NULL,4,NULL
u,y,3,NULL
u,y,1,NULL
u,w,4,NULL
t,y,5,3
t,NULL,2,5
t,y,0,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, NTILE(3) OVER (PARTITION BY k ORDER BY id) AS n, LEAD(a) OVER (PARTITION BY k ORDER BY id) AS l, LAG(a, 2) OVER (PARTITION BY k ORDER BY id) AS g FROM t;
/* expect select_1
{"id":1,"n":1,"l":null,"g":null}
{"id":2,"n":1,"l":5,"g":null}
{"id":3,"n":2,"l":0,"g":null}
{"id":4,"n":3,"l":null,"g":0}
{"id":5,"n":1,"l":4,"g":null}
{"id":6,"n":1,"l":null,"g":null}
{"id":7,"n":1,"l":null,"g":null}
{"id":8,"n":2,"l":null,"g":null}
{"id":9,"n":2,"l":null,"g":null}
*/
