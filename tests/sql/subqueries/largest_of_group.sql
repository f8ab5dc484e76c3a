-- The row of each key with the largest value.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,4,7
u,NULL,4,NULL
t,x,NULL,6
t,w,2,8
u,z,3,NULL
u,z,1,NULL
u,y,2,NULL
t,w,NULL,1
u,NULL,4,NULL
t,x,3,4
t,NULL,2,3
t,NULL,NULL,9
t,NULL,5,5
u,w,2,NULL
t,NULL,2,2
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, a, id FROM t WHERE a = (SELECT MAX(x.a) FROM t AS x WHERE x.k = t.k);
/* expect select_1
{"k":"w","a":2,"id":8}
{"k":"x","a":3,"id":4}
{"k":"y","a":4,"id":7}
*/
