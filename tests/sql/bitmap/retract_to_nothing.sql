-- the last row goes: a group ends, a FILTER that nothing passes any more is NULL
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
CREATE VIEW sums AS SELECT k, SUM(id) AS s FROM t GROUP BY k;
SELECT BITMAP_BUILD_AGG(CAST(s AS INT)) FILTER (WHERE s < 4) AS b, BITMAP_OR_AGG(BITMAP_BUILD(ARRAY[CAST(s AS INT)])) FILTER (WHERE s < 4) AS o, BITMAP_XOR_AGG(BITMAP_BUILD(ARRAY[CAST(s AS INT)])) FILTER (WHERE s < 4) AS x FROM sums;
/* expect changelog select_1
{"op":"+I","b":"{1}","o":"{1}","x":"{1}"}
{"op":"-D","b":"{1}","o":"{1}","x":"{1}"}
{"op":"+I","b":"{3}","o":"{3}","x":"{3}"}
{"op":"-U","b":"{3}","o":"{3}","x":"{3}"}
{"op":"+U","b":"{3}","o":"{3}","x":"{}"}
{"op":"-U","b":"{3}","o":"{3}","x":"{}"}
{"op":"+U","b":"{3}","o":"{3}","x":"{3}"}
{"op":"-U","b":"{3}","o":"{3}","x":"{3}"}
{"op":"+U","b":null,"o":null,"x":null}
*/
