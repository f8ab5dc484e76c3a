-- BITMAP_FROM_BYTES: lists, runs, what other writers write; what stands behind the set is not looked at
CREATE TABLE t (id INT, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"h":"3a3000000100000000000000100000000100"}
{"id":2,"h":"3a30000000000000"}
{"id":3,"h":null}
{"id":4,"h":"3b3000000100000200010001000200"}
{"id":5,"h":"3b3000000100000300020001000100030001000500"}
{"id":6,"h":"3a30000001000000000000001000000001009999"}
{"id":7,"h":"3b300000010000020001000100020000"}
');
SELECT id, BITMAP_TO_STRING(BITMAP_FROM_BYTES(UNHEX(h))) AS s, BITMAP_CARDINALITY(BITMAP_FROM_BYTES(UNHEX(h))) AS c, BITMAP_TO_ARRAY(BITMAP_FROM_BYTES(UNHEX(h))) AS r FROM t;
/* expect select_1
{"id":1,"s":"{1}","c":1,"r":[1]}
{"id":2,"s":"{}","c":0,"r":[]}
{"id":3,"s":null,"c":null,"r":null}
{"id":4,"s":"{1,2,3}","c":3,"r":[1,2,3]}
{"id":5,"s":"{1,2,3,4}","c":4,"r":[1,2,3,4]}
{"id":6,"s":"{1}","c":1,"r":[1]}
{"id":7,"s":"{1,2,3}","c":3,"r":[1,2,3]}
*/
