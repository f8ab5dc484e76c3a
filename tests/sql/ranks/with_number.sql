-- The number in the output.
CREATE TABLE events (side STRING, k STRING, a INT, id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,w,2,NULL
t,NULL,5,8
t,w,0,1
t,NULL,0,3
t,y,5,7
t,z,0,4
u,x,3,NULL
u,y,2,NULL
t,w,3,6
t,w,4,2
u,z,1,NULL
t,NULL,5,9
t,y,0,5
u,z,4,NULL
u,y,3,NULL
');
CREATE VIEW t AS SELECT k, a, id FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a AS c FROM events WHERE side = 'u';
SELECT id, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY a, id DESC) AS rn FROM t) AS x WHERE rn BETWEEN 1 AND 3;
/* expect select_1
{"id":1,"rn":1}
{"id":2,"rn":3}
{"id":3,"rn":1}
{"id":4,"rn":1}
{"id":5,"rn":1}
{"id":6,"rn":2}
{"id":7,"rn":2}
{"id":8,"rn":3}
{"id":9,"rn":2}
*/
