-- CROSS JOIN.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,w,2,1
t,z,3,6
t,z,5,5
u,NULL,1,NULL
u,NULL,2,NULL
t,w,NULL,7
t,z,NULL,2
u,z,2,NULL
t,x,5,4
t,w,4,3
u,x,2,NULL
u,y,2,NULL
t,w,2,9
u,z,4,NULL
t,NULL,1,8
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id, u.c FROM t CROSS JOIN u WHERE t.a = 1;
/* expect select_1
{"id":8,"c":1}
{"id":8,"c":2}
{"id":8,"c":2}
{"id":8,"c":2}
{"id":8,"c":2}
{"id":8,"c":4}
*/
