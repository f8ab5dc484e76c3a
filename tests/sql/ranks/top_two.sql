-- The two largest of each key.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,2,2
t,z,1,5
u,w,3,NULL
t,z,3,8
t,z,2,3
t,NULL,3,1
u,w,2,NULL
t,z,NULL,6
t,NULL,1,9
u,NULL,4,NULL
u,w,2,NULL
t,y,4,7
t,y,0,4
u,x,3,NULL
u,NULL,4,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, a, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY a DESC, id) AS rn FROM t) AS x WHERE rn <= 2;
/* expect select_1
{"k":"y","a":0,"id":4}
{"k":"y","a":4,"id":7}
{"k":"z","a":2,"id":3}
{"k":"z","a":3,"id":8}
{"k":null,"a":2,"id":2}
{"k":null,"a":3,"id":1}
*/
