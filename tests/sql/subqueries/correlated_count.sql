-- How many partners each row has, zero where none.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,w,4,NULL
t,z,0,9
u,y,4,NULL
t,x,NULL,5
t,x,3,8
t,z,3,6
u,z,1,NULL
u,x,4,NULL
u,NULL,1,NULL
t,x,NULL,2
t,w,5,7
t,y,5,3
t,w,2,1
t,NULL,4,4
u,z,1,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, id, (SELECT COUNT(*) FROM u WHERE u.k = t.k) AS m FROM t;
/* expect select_1
{"k":"w","id":1,"m":1}
{"k":"w","id":7,"m":1}
{"k":"x","id":2,"m":1}
{"k":"x","id":5,"m":1}
{"k":"x","id":8,"m":1}
{"k":"y","id":3,"m":1}
{"k":"z","id":6,"m":2}
{"k":"z","id":9,"m":2}
{"k":null,"id":4,"m":0}
*/
