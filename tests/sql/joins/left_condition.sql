-- LEFT JOIN with a condition on the right side only.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,w,3,9
u,z,1,NULL
u,z,3,NULL
u,y,4,NULL
t,w,5,1
t,NULL,0,3
t,NULL,0,2
t,z,NULL,8
u,z,2,NULL
t,x,1,6
u,y,4,NULL
u,z,4,NULL
t,z,4,4
t,w,1,5
t,y,3,7
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id, u.c FROM t LEFT JOIN u ON t.k = u.k AND u.c > 2;
/* expect select_1
{"id":1,"c":null}
{"id":2,"c":null}
{"id":3,"c":null}
{"id":4,"c":3}
{"id":4,"c":4}
{"id":5,"c":null}
{"id":6,"c":null}
{"id":7,"c":4}
{"id":7,"c":4}
{"id":8,"c":3}
{"id":8,"c":4}
{"id":9,"c":null}
*/
