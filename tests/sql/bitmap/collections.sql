-- in arrays, maps and rows
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, ARRAY[BITMAP_BUILD(a)] AS l, MAP[BITMAP_BUILD(a), id] AS k, MAP[id, BITMAP_BUILD(a)] AS m, ROW(id, BITMAP_BUILD(a)) AS r FROM t WHERE id <> 3;
SELECT id, ARRAY_CONTAINS(ARRAY[BITMAP_BUILD(a)], BITMAP_BUILD(ARRAY[1, 2, 3, -1])) AS c, ARRAY_DISTINCT(ARRAY[BITMAP_BUILD(a), BITMAP_BUILD(a)]) AS d FROM t;
/* expect select_1
{"id":1,"l":["{1,2,3,4294967295}"],"k":[["{1,2,3,4294967295}",1]],"m":[[1,"{1,2,3,4294967295}"]],"r":{"EXPR$0":1,"EXPR$1":"{1,2,3,4294967295}"}}
{"id":2,"l":["{}"],"k":[["{}",2]],"m":[[2,"{}"]],"r":{"EXPR$0":2,"EXPR$1":"{}"}}
{"id":4,"l":["{7}"],"k":[["{7}",4]],"m":[[4,"{7}"]],"r":{"EXPR$0":4,"EXPR$1":"{7}"}}
{"id":5,"l":["{1,2,3,4294967295}"],"k":[["{1,2,3,4294967295}",5]],"m":[[5,"{1,2,3,4294967295}"]],"r":{"EXPR$0":5,"EXPR$1":"{1,2,3,4294967295}"}}
{"id":6,"l":["{}"],"k":[["{}",6]],"m":[[6,"{}"]],"r":{"EXPR$0":6,"EXPR$1":"{}"}}
{"id":7,"l":["{0,65535,65536,2147483647,2147483648}"],"k":[["{0,65535,65536,2147483647,2147483648}",7]],"m":[[7,"{0,65535,65536,2147483647,2147483648}"]],"r":{"EXPR$0":7,"EXPR$1":"{0,65535,65536,2147483647,2147483648}"}}
*/
/* expect select_2
{"id":1,"c":true,"d":["{1,2,3,4294967295}"]}
{"id":2,"c":false,"d":["{}"]}
{"id":3,"c":false,"d":[null]}
{"id":4,"c":false,"d":["{7}"]}
{"id":5,"c":true,"d":["{1,2,3,4294967295}"]}
{"id":6,"c":false,"d":["{}"]}
{"id":7,"c":false,"d":["{0,65535,65536,2147483647,2147483648}"]}
*/
