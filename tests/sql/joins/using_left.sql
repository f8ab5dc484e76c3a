-- LEFT JOIN USING.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,z,1,NULL
t,y,NULL,7
t,x,0,9
t,x,4,3
t,x,1,6
t,w,NULL,4
t,x,3,5
t,NULL,NULL,1
t,z,5,2
u,y,1,NULL
t,y,5,8
u,NULL,1,NULL
u,NULL,2,NULL
u,y,1,NULL
u,x,1,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT * FROM (SELECT k, id FROM t) AS t LEFT JOIN (SELECT k, c FROM u) AS u USING (k);
/* expect select_1
{"k":"w","id":4,"c":null}
{"k":"x","id":3,"c":1}
{"k":"x","id":5,"c":1}
{"k":"x","id":6,"c":1}
{"k":"x","id":9,"c":1}
{"k":"y","id":7,"c":1}
{"k":"y","id":7,"c":1}
{"k":"y","id":8,"c":1}
{"k":"y","id":8,"c":1}
{"k":"z","id":2,"c":1}
{"k":null,"id":1,"c":null}
*/
