-- TINYINT and SMALLINT widen to INT
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, BITMAP_BUILD(ARRAY[CAST(id AS SMALLINT), CAST(1 AS SMALLINT)]) AS b FROM t WHERE id < 3;
SELECT BITMAP_BUILD_AGG(CAST(id AS TINYINT)) AS b FROM t;
/* expect select_1
{"id":1,"b":"{1}"}
{"id":2,"b":"{1,2}"}
*/
/* expect select_2
{"b":"{1,2,3,4,5,6,7}"}
*/
