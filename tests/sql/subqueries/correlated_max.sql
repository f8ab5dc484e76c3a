-- The largest partner of each row.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,z,2,NULL
t,y,5,7
u,NULL,1,NULL
t,z,3,8
t,y,2,3
t,w,2,9
u,y,2,NULL
t,y,2,2
u,w,1,NULL
u,x,1,NULL
t,NULL,5,6
t,w,4,1
t,w,4,5
t,w,4,4
u,x,3,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, id, (SELECT MAX(c) FROM u WHERE u.k = t.k) AS m FROM t;
/* expect select_1
{"k":"w","id":1,"m":1}
{"k":"w","id":4,"m":1}
{"k":"w","id":5,"m":1}
{"k":"w","id":9,"m":1}
{"k":"y","id":2,"m":2}
{"k":"y","id":3,"m":2}
{"k":"y","id":7,"m":2}
{"k":"z","id":8,"m":2}
{"k":null,"id":6,"m":null}
*/
