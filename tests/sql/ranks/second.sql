-- The second of each key.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,2,6
u,x,1,NULL
u,z,2,NULL
t,NULL,5,7
u,NULL,1,NULL
t,x,NULL,1
t,z,4,4
t,y,0,2
u,x,2,NULL
t,w,1,9
u,w,3,NULL
t,x,1,5
u,w,1,NULL
t,w,NULL,8
t,NULL,0,3
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, a, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY a DESC, id) AS rn FROM t) AS x WHERE rn = 2;
/* expect select_1
{"k":"w","a":null,"id":8}
{"k":"x","a":null,"id":1}
{"k":null,"a":2,"id":6}
*/
