-- BITMAP_AND, BITMAP_OR, BITMAP_XOR, BITMAP_ANDNOT; NULL when one is
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, BITMAP_AND(BITMAP_BUILD(a), BITMAP_BUILD(ARRAY[1, 7, -1])) AS a, BITMAP_OR(BITMAP_BUILD(a), BITMAP_BUILD(ARRAY[1, 7, -1])) AS o, BITMAP_XOR(BITMAP_BUILD(a), BITMAP_BUILD(ARRAY[1, 7, -1])) AS x, BITMAP_ANDNOT(BITMAP_BUILD(a), BITMAP_BUILD(ARRAY[1, 7, -1])) AS n FROM t;
SELECT id, BITMAP_OR(BITMAP_BUILD(a), CAST(NULL AS BITMAP)) AS o, BITMAP_ANDNOT(CAST(NULL AS BITMAP), BITMAP_BUILD(a)) AS n FROM t;
/* expect select_1
{"id":1,"a":"{1,4294967295}","o":"{1,2,3,7,4294967295}","x":"{2,3,7}","n":"{2,3}"}
{"id":2,"a":"{}","o":"{1,7,4294967295}","x":"{1,7,4294967295}","n":"{}"}
{"id":3,"a":null,"o":null,"x":null,"n":null}
{"id":4,"a":"{7}","o":"{1,7,4294967295}","x":"{1,4294967295}","n":"{}"}
{"id":5,"a":"{1,4294967295}","o":"{1,2,3,7,4294967295}","x":"{2,3,7}","n":"{2,3}"}
{"id":6,"a":"{}","o":"{1,7,4294967295}","x":"{1,7,4294967295}","n":"{}"}
{"id":7,"a":"{}","o":"{0,1,7,65535,65536,2147483647,2147483648,4294967295}","x":"{0,1,7,65535,65536,2147483647,2147483648,4294967295}","n":"{0,65535,65536,2147483647,2147483648}"}
*/
/* expect select_2
{"id":1,"o":null,"n":null}
{"id":2,"o":null,"n":null}
{"id":3,"o":null,"n":null}
{"id":4,"o":null,"n":null}
{"id":5,"o":null,"n":null}
{"id":6,"o":null,"n":null}
{"id":7,"o":null,"n":null}
*/
