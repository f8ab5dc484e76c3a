-- UNNEST of a set's numbers
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, x FROM t CROSS JOIN UNNEST(BITMAP_TO_ARRAY(BITMAP_BUILD(a))) AS u (x);
/* expect select_1
{"id":1,"x":-1}
{"id":1,"x":1}
{"id":1,"x":2}
{"id":1,"x":3}
{"id":4,"x":7}
{"id":5,"x":-1}
{"id":5,"x":1}
{"id":5,"x":2}
{"id":5,"x":3}
{"id":7,"x":-2147483648}
{"id":7,"x":0}
{"id":7,"x":2147483647}
{"id":7,"x":65535}
{"id":7,"x":65536}
*/
