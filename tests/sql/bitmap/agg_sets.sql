-- BITMAP_AND_AGG, BITMAP_OR_AGG, BITMAP_XOR_AGG and their cardinalities; NULLs are skipped
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT k, BITMAP_AND_AGG(BITMAP_BUILD(a)) AS a, BITMAP_AND_CARDINALITY_AGG(BITMAP_BUILD(a)) AS ac, BITMAP_OR_AGG(BITMAP_BUILD(a)) AS o, BITMAP_OR_CARDINALITY_AGG(BITMAP_BUILD(a)) AS oc, BITMAP_XOR_AGG(BITMAP_BUILD(a)) AS x, BITMAP_XOR_CARDINALITY_AGG(BITMAP_BUILD(a)) AS xc FROM t GROUP BY k;
/* expect changelog select_1
{"op":"+I","k":"a","a":"{1,2,3,4294967295}","ac":4,"o":"{1,2,3,4294967295}","oc":4,"x":"{1,2,3,4294967295}","xc":4}
{"op":"-U","k":"a","a":"{1,2,3,4294967295}","ac":4,"o":"{1,2,3,4294967295}","oc":4,"x":"{1,2,3,4294967295}","xc":4}
{"op":"+U","k":"a","a":"{}","ac":0,"o":"{1,2,3,4294967295}","oc":4,"x":"{1,2,3,4294967295}","xc":4}
{"op":"+I","k":"b","a":null,"ac":null,"o":null,"oc":null,"x":null,"xc":null}
{"op":"-U","k":"a","a":"{}","ac":0,"o":"{1,2,3,4294967295}","oc":4,"x":"{1,2,3,4294967295}","xc":4}
{"op":"+U","k":"a","a":"{}","ac":0,"o":"{1,2,3,7,4294967295}","oc":5,"x":"{1,2,3,7,4294967295}","xc":5}
{"op":"-U","k":"b","a":null,"ac":null,"o":null,"oc":null,"x":null,"xc":null}
{"op":"+U","k":"b","a":"{1,2,3,4294967295}","ac":4,"o":"{1,2,3,4294967295}","oc":4,"x":"{1,2,3,4294967295}","xc":4}
{"op":"+I","k":"c","a":"{}","ac":0,"o":"{}","oc":0,"x":"{}","xc":0}
{"op":"-U","k":"b","a":"{1,2,3,4294967295}","ac":4,"o":"{1,2,3,4294967295}","oc":4,"x":"{1,2,3,4294967295}","xc":4}
{"op":"+U","k":"b","a":"{}","ac":0,"o":"{0,1,2,3,65535,65536,2147483647,2147483648,4294967295}","oc":9,"x":"{0,1,2,3,65535,65536,2147483647,2147483648,4294967295}","xc":9}
*/
