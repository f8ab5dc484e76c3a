-- NOT IN over rows that are not NULL.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,3,9
u,x,4,NULL
t,z,5,2
t,z,2,7
t,x,4,4
t,w,4,8
u,w,4,NULL
t,w,0,6
u,y,3,NULL
u,x,1,NULL
t,NULL,0,1
t,y,4,3
u,NULL,4,NULL
t,NULL,NULL,5
u,z,4,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE a NOT IN (SELECT c FROM u WHERE c IS NOT NULL);
/* expect select_1
{"id":1}
{"id":2}
{"id":6}
{"id":7}
*/
