-- the newest set by key, as a table
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
CREATE TABLE newest (k STRING, b BITMAP, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO newest SELECT k, LAST_VALUE(BITMAP_BUILD(a)) AS b FROM t GROUP BY k;
/* expect newest
{"k":"a","b":"{7}"}
{"k":"b","b":"{0,65535,65536,2147483647,2147483648}"}
{"k":"c","b":"{}"}
*/
