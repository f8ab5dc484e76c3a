-- IS NOT DISTINCT FROM lets NULL meet NULL.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,3,6
t,w,0,2
t,w,NULL,3
u,z,NULL,NULL
u,w,NULL,NULL
u,w,1,NULL
u,x,4,NULL
u,NULL,1,NULL
t,x,NULL,8
t,y,3,4
t,x,3,1
t,w,1,5
t,z,0,7
t,z,5,9
u,x,NULL,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT t.id, u.c FROM t JOIN u ON t.k IS NOT DISTINCT FROM u.k;
/* expect select_1
{"id":1,"c":4}
{"id":1,"c":null}
{"id":2,"c":1}
{"id":2,"c":null}
{"id":3,"c":1}
{"id":3,"c":null}
{"id":5,"c":1}
{"id":5,"c":null}
{"id":6,"c":1}
{"id":7,"c":null}
{"id":8,"c":4}
{"id":8,"c":null}
{"id":9,"c":null}
*/
