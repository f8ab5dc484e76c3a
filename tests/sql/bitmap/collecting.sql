-- FIRST_VALUE, LAST_VALUE, ARRAY_AGG and COLLECT of BITMAPs
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT FIRST_VALUE(BITMAP_BUILD(a)) AS f, LAST_VALUE(BITMAP_BUILD(a)) AS l, ARRAY_AGG(BITMAP_BUILD(a)) AS r, COLLECT(BITMAP_BUILD(a)) AS c FROM t;
/* expect select_1
{"f":"{1,2,3,4294967295}","l":"{0,65535,65536,2147483647,2147483648}","r":["{1,2,3,4294967295}","{}",null,"{7}","{1,2,3,4294967295}","{}","{0,65535,65536,2147483647,2147483648}"],"c":[["{0,65535,65536,2147483647,2147483648}",1],["{1,2,3,4294967295}",2],["{7}",1],["{}",2]]}
*/
