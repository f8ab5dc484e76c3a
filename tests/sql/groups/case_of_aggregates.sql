-- CASE over aggregates.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,y,4,5
t,x,0,8
t,y,5,2
t,NULL,3,1
t,z,1,6
t,y,NULL,4
u,z,3,NULL
t,w,0,3
u,y,2,NULL
u,y,2,NULL
u,z,1,NULL
u,y,4,NULL
t,z,2,9
u,NULL,2,NULL
t,NULL,5,7
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT k, CASE WHEN COUNT(*) > 2 THEN 'many' WHEN SUM(a) IS NULL THEN 'none' ELSE 'few' END AS c FROM t GROUP BY k;
/* expect select_1
{"k":"w","c":"few"}
{"k":"x","c":"few"}
{"k":"y","c":"many"}
{"k":"z","c":"few"}
{"k":null,"c":"few"}
*/
