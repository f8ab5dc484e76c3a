-- A WITH query used twice.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,NULL,2,NULL
t,NULL,4,8
t,z,4,9
t,w,2,3
t,w,2,2
t,w,4,6
u,NULL,4,NULL
t,NULL,1,5
u,NULL,1,NULL
u,NULL,2,NULL
t,y,5,4
t,y,2,1
u,NULL,4,NULL
u,z,3,NULL
t,w,3,7
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
WITH x AS (SELECT k, COUNT(*) AS n FROM t GROUP BY k) SELECT p.k, q.n FROM x AS p JOIN x AS q ON p.k = q.k AND p.n = q.n;
/* expect select_1
{"k":"w","n":4}
{"k":"y","n":2}
{"k":"z","n":1}
*/
