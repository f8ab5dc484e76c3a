-- BITMAP_TO_BYTES: RoaringBitmap's portable form; BITMAP_FROM_BYTES reads it
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, BITMAP_TO_BYTES(BITMAP_BUILD(a)) AS y, BITMAP_TO_STRING(BITMAP_FROM_BYTES(BITMAP_TO_BYTES(BITMAP_BUILD(a)))) AS s FROM t;
/* expect select_1
{"id":1,"y":"3a3000000200000000000200ffff0000180000001e000000010002000300ffff","s":"{1,2,3,4294967295}"}
{"id":2,"y":"3a30000000000000","s":"{}"}
{"id":3,"y":null,"s":null}
{"id":4,"y":"3a3000000100000000000000100000000700","s":"{7}"}
{"id":5,"y":"3a3000000200000000000200ffff0000180000001e000000010002000300ffff","s":"{1,2,3,4294967295}"}
{"id":6,"y":"3a30000000000000","s":"{}"}
{"id":7,"y":"3a300000040000000000010001000000ff7f000000800000280000002c0000002e000000300000000000ffff0000ffff0000","s":"{0,65535,65536,2147483647,2147483648}"}
*/
