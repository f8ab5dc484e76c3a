-- types of what the functions give
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT TYPEOF(BITMAP_BUILD(a)) AS b, TYPEOF(BITMAP_BUILD(ARRAY[1])) AS n, TYPEOF(BITMAP_CARDINALITY(BITMAP_BUILD(ARRAY[1]))) AS c, TYPEOF(BITMAP_TO_ARRAY(BITMAP_BUILD(a))) AS r, TYPEOF(BITMAP_TO_BYTES(BITMAP_BUILD(a))) AS y, TYPEOF(BITMAP_TO_STRING(BITMAP_BUILD(a))) AS s, TYPEOF(BITMAP_AND(BITMAP_BUILD(a), BITMAP_BUILD(ARRAY[1]))) AS o FROM t WHERE id = 1;
SELECT TYPEOF(b) AS b, TYPEOF(c) AS c FROM (SELECT BITMAP_BUILD_AGG(id) AS b, BITMAP_BUILD_CARDINALITY_AGG(id) AS c FROM t);
/* expect select_1
{"b":"BITMAP","n":"BITMAP NOT NULL","c":"BIGINT NOT NULL","r":"ARRAY<INT>","y":"BYTES","s":"STRING","o":"BITMAP"}
*/
/* expect select_2
{"b":"BITMAP","c":"BIGINT"}
*/
