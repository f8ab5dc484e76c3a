-- CUME_DIST and PERCENT_RANK.
-- flink differs, select_1: it has no CUME_DIST and PERCENT_RANK as a stream
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,3,6
t,w,1,7
u,NULL,1,NULL
t,z,4,9
t,y,NULL,4
u,z,4,NULL
t,x,2,8
u,z,4,NULL
t,w,4,2
u,z,2,NULL
u,x,4,NULL
t,y,1,1
u,x,4,NULL
t,z,5,3
t,y,NULL,5
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, CUME_DIST() OVER (ORDER BY id) AS n, PERCENT_RANK() OVER (ORDER BY id) AS l FROM t WHERE id < 5;
/* expect select_1
{"id":1,"n":0.25,"l":0.0}
{"id":2,"n":0.5,"l":0.3333333333333333}
{"id":3,"n":0.75,"l":0.6666666666666666}
{"id":4,"n":1.0,"l":1.0}
*/
