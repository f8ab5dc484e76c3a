-- a column of BITMAP, and one as PRIMARY KEY
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
CREATE TABLE s (id INT, b BITMAP) WITH ('connector' = 'print');
INSERT INTO s SELECT id, BITMAP_BUILD(a) FROM t;
/* expect s
{"id":1,"b":"{1,2,3,4294967295}"}
{"id":2,"b":"{}"}
{"id":3,"b":null}
{"id":4,"b":"{7}"}
{"id":5,"b":"{1,2,3,4294967295}"}
{"id":6,"b":"{}"}
{"id":7,"b":"{0,65535,65536,2147483647,2147483648}"}
*/
