-- without GROUP BY, with FILTER and DISTINCT
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT BITMAP_BUILD_AGG(n) FILTER (WHERE id > 1) AS f, BITMAP_BUILD_AGG(DISTINCT n) AS d, BITMAP_BUILD_CARDINALITY_AGG(DISTINCT n) AS c, BITMAP_OR_AGG(BITMAP_BUILD(a)) FILTER (WHERE k = 'c') AS o FROM t;
/* expect changelog select_1
{"op":"+I","f":null,"d":"{3}","c":1,"o":null}
{"op":"-U","f":null,"d":"{3}","c":1,"o":null}
{"op":"+U","f":"{4294967295}","d":"{3,4294967295}","c":2,"o":null}
{"op":"-U","f":"{4294967295}","d":"{3,4294967295}","c":2,"o":null}
{"op":"+U","f":"{3,4294967295}","d":"{3,4294967295}","c":2,"o":null}
{"op":"-U","f":"{3,4294967295}","d":"{3,4294967295}","c":2,"o":null}
{"op":"+U","f":"{3,4294967295}","d":"{3,4294967295}","c":2,"o":"{}"}
{"op":"-U","f":"{3,4294967295}","d":"{3,4294967295}","c":2,"o":"{}"}
{"op":"+U","f":"{3,2147483647,4294967295}","d":"{3,2147483647,4294967295}","c":3,"o":"{}"}
*/
