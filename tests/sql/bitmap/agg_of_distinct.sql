-- DISTINCT sets
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT BITMAP_XOR_AGG(DISTINCT BITMAP_BUILD(a)) AS d, BITMAP_XOR_AGG(BITMAP_BUILD(a)) AS x, BITMAP_XOR_CARDINALITY_AGG(DISTINCT BITMAP_BUILD(a)) AS c FROM t WHERE id IN (1, 4, 5);
/* expect select_1
{"d":"{1,2,3,7,4294967295}","x":"{7}","c":5}
*/
