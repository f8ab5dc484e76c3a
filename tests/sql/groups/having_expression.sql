-- HAVING over an expression of aggregates.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,w,3,5
u,NULL,4,NULL
t,NULL,2,2
u,x,1,NULL
u,z,2,NULL
t,z,2,3
t,x,5,7
u,y,3,NULL
t,y,3,8
u,y,1,NULL
u,z,2,NULL
t,x,3,4
t,x,1,6
t,w,4,1
t,w,5,9
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k FROM t GROUP BY k HAVING MAX(a) - MIN(a) > 2 OR COUNT(*) = 1;
/* expect select_1
{"k":"x"}
{"k":"y"}
{"k":"z"}
{"k":null}
*/
