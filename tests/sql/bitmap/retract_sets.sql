-- sets are taken back
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
CREATE VIEW newest AS SELECT k, BITMAP_BUILD(a) AS b FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id DESC) AS r FROM t WHERE id < 7) WHERE r = 1;
SELECT BITMAP_AND_AGG(b) AS a, BITMAP_AND_CARDINALITY_AGG(b) AS ac, BITMAP_OR_AGG(b) AS o, BITMAP_OR_CARDINALITY_AGG(b) AS oc, BITMAP_XOR_AGG(b) AS x, BITMAP_XOR_CARDINALITY_AGG(b) AS xc FROM newest;
/* expect changelog select_1
{"op":"+I","a":"{1,2,3,4294967295}","ac":4,"o":"{1,2,3,4294967295}","oc":4,"x":"{1,2,3,4294967295}","xc":4}
{"op":"-D","a":"{1,2,3,4294967295}","ac":4,"o":"{1,2,3,4294967295}","oc":4,"x":"{1,2,3,4294967295}","xc":4}
{"op":"+I","a":"{}","ac":0,"o":"{}","oc":0,"x":"{}","xc":0}
{"op":"-U","a":"{}","ac":0,"o":"{}","oc":0,"x":"{}","xc":0}
{"op":"+U","a":null,"ac":null,"o":null,"oc":null,"x":null,"xc":null}
{"op":"-U","a":null,"ac":null,"o":null,"oc":null,"x":null,"xc":null}
{"op":"+U","a":"{7}","ac":1,"o":"{7}","oc":1,"x":"{7}","xc":1}
{"op":"-U","a":"{7}","ac":1,"o":"{7}","oc":1,"x":"{7}","xc":1}
{"op":"+U","a":"{}","ac":0,"o":"{1,2,3,7,4294967295}","oc":5,"x":"{1,2,3,7,4294967295}","xc":5}
*/
