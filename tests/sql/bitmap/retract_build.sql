-- numbers are taken back: the set loses one when its last row goes, and is NULL again
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
CREATE VIEW newest AS SELECT k, n, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS r FROM t) WHERE r = 1;
SELECT BITMAP_BUILD_AGG(n) AS b, BITMAP_BUILD_CARDINALITY_AGG(n) AS c FROM newest;
/* expect changelog select_1
{"op":"+I","b":"{3}","c":1}
{"op":"-D","b":"{3}","c":1}
{"op":"+I","b":"{4294967295}","c":1}
{"op":"-U","b":"{4294967295}","c":1}
{"op":"+U","b":"{3,4294967295}","c":2}
{"op":"-U","b":"{3,4294967295}","c":2}
{"op":"+U","b":"{3}","c":1}
{"op":"-U","b":"{3}","c":1}
{"op":"+U","b":"{3,2147483647}","c":2}
*/
