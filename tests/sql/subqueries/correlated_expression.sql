-- Correlation over an expression of the outer row.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,2,6
u,z,1,NULL
t,y,1,8
t,y,5,1
t,x,5,4
t,x,5,9
t,x,5,3
u,z,3,NULL
t,NULL,3,5
t,y,0,2
u,x,1,NULL
u,y,2,NULL
u,NULL,4,NULL
u,x,3,NULL
t,x,4,7
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, (SELECT MIN(c) FROM u WHERE u.c = t.a + 1) AS m FROM t;
/* expect select_1
{"id":1,"m":null}
{"id":2,"m":1}
{"id":3,"m":null}
{"id":4,"m":null}
{"id":5,"m":4}
{"id":6,"m":3}
{"id":7,"m":null}
{"id":8,"m":2}
{"id":9,"m":null}
*/
