-- JOIN USING.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,1,2
u,y,3,NULL
t,NULL,1,5
t,y,2,7
u,y,1,NULL
t,z,2,4
u,w,2,NULL
t,NULL,NULL,8
t,NULL,2,9
t,y,0,6
u,z,3,NULL
u,z,3,NULL
u,z,4,NULL
t,NULL,2,1
t,y,3,3
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, t.a, u.c FROM t JOIN u USING (k);
/* expect select_1
{"k":"y","a":0,"c":1}
{"k":"y","a":0,"c":3}
{"k":"y","a":2,"c":1}
{"k":"y","a":2,"c":3}
{"k":"y","a":3,"c":1}
{"k":"y","a":3,"c":3}
{"k":"z","a":1,"c":3}
{"k":"z","a":1,"c":3}
{"k":"z","a":1,"c":4}
{"k":"z","a":2,"c":3}
{"k":"z","a":2,"c":3}
{"k":"z","a":2,"c":4}
*/
