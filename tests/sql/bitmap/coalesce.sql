-- COALESCE and IS NULL
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, COALESCE(BITMAP_BUILD(a), BITMAP_BUILD(ARRAY[9])) AS b, BITMAP_BUILD(a) IS NULL AS n FROM t;
/* expect select_1
{"id":1,"b":"{1,2,3,4294967295}","n":false}
{"id":2,"b":"{}","n":false}
{"id":3,"b":"{9}","n":true}
{"id":4,"b":"{7}","n":false}
{"id":5,"b":"{1,2,3,4294967295}","n":false}
{"id":6,"b":"{}","n":false}
{"id":7,"b":"{0,65535,65536,2147483647,2147483648}","n":false}
*/
