-- BITMAP_BUILD: the set of an array; NULLs in it are skipped, an empty array is the empty set, NULL is NULL; -1 is the greatest
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, BITMAP_BUILD(a) AS b, BITMAP_CARDINALITY(BITMAP_BUILD(a)) AS c, BITMAP_TO_ARRAY(BITMAP_BUILD(a)) AS r FROM t;
/* expect select_1
{"id":1,"b":"{1,2,3,4294967295}","c":4,"r":[1,2,3,-1]}
{"id":2,"b":"{}","c":0,"r":[]}
{"id":3,"b":null,"c":null,"r":null}
{"id":4,"b":"{7}","c":1,"r":[7]}
{"id":5,"b":"{1,2,3,4294967295}","c":4,"r":[1,2,3,-1]}
{"id":6,"b":"{}","c":0,"r":[]}
{"id":7,"b":"{0,65535,65536,2147483647,2147483648}","c":5,"r":[0,65535,65536,2147483647,-2147483648]}
*/
