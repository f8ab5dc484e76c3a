-- Comparisons and logic with NULL.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,1,3
u,z,NULL,NULL
t,x,NULL,8
t,y,5,2
t,z,2,5
t,z,5,7
t,x,3,1
u,x,NULL,NULL
u,z,3,NULL
u,y,3,NULL
t,x,1,4
u,z,1,NULL
u,z,2,NULL
t,y,5,9
t,x,1,6
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id FROM t WHERE NOT (a > 2 AND k = 'x') OR (a IS NULL AND k IS NULL);
/* expect select_1
{"id":2}
{"id":3}
{"id":4}
{"id":5}
{"id":6}
{"id":7}
{"id":9}
*/
