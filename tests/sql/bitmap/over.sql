-- over the rows so far, and over the last two
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, BITMAP_BUILD_AGG(n) OVER (ORDER BY proc) AS b FROM (SELECT *, PROCTIME() AS proc FROM t);
SELECT id, BITMAP_BUILD_AGG(n) OVER w AS b, BITMAP_OR_AGG(BITMAP_BUILD(a)) OVER w AS o, BITMAP_AND_CARDINALITY_AGG(BITMAP_BUILD(a)) OVER w AS c, BITMAP_XOR_AGG(BITMAP_BUILD(a)) OVER w AS x FROM (SELECT *, PROCTIME() AS proc FROM t) WINDOW w AS (ORDER BY proc ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
/* expect select_1
{"id":1,"b":"{3}"}
{"id":2,"b":"{3,4294967295}"}
{"id":3,"b":"{3,4294967295}"}
{"id":4,"b":"{3,4294967295}"}
{"id":5,"b":"{3,4294967295}"}
{"id":6,"b":"{3,4294967295}"}
{"id":7,"b":"{3,2147483647,4294967295}"}
*/
/* expect select_2
{"id":1,"b":"{3}","o":"{1,2,3,4294967295}","c":4,"x":"{1,2,3,4294967295}"}
{"id":2,"b":"{3,4294967295}","o":"{1,2,3,4294967295}","c":0,"x":"{1,2,3,4294967295}"}
{"id":3,"b":"{3,4294967295}","o":"{}","c":0,"x":"{}"}
{"id":4,"b":"{3}","o":"{7}","c":1,"x":"{7}"}
{"id":5,"b":"{3}","o":"{1,2,3,7,4294967295}","c":0,"x":"{1,2,3,7,4294967295}"}
{"id":6,"b":null,"o":"{1,2,3,4294967295}","c":0,"x":"{1,2,3,4294967295}"}
{"id":7,"b":"{2147483647}","o":"{0,65535,65536,2147483647,2147483648}","c":0,"x":"{0,65535,65536,2147483647,2147483648}"}
*/
