-- BITMAP_TO_STRING and CAST: numbers without a sign; VARCHAR(n) cuts; inside of rows and arrays
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT id, BITMAP_TO_STRING(BITMAP_BUILD(a)) AS s, CAST(BITMAP_BUILD(a) AS STRING) AS c, CAST(BITMAP_BUILD(a) AS VARCHAR(4)) AS v, CAST(ROW(id, BITMAP_BUILD(a)) AS STRING) AS r, CAST(ARRAY[BITMAP_BUILD(a)] AS STRING) AS l FROM t;
/* expect select_1
{"id":1,"s":"{1,2,3,4294967295}","c":"{1,2,3,4294967295}","v":"{1,2","r":"(1, {1,2,3,4294967295})","l":"[{1,2,3,4294967295}]"}
{"id":2,"s":"{}","c":"{}","v":"{}","r":"(2, {})","l":"[{}]"}
{"id":3,"s":null,"c":null,"v":null,"r":"(3, NULL)","l":"[NULL]"}
{"id":4,"s":"{7}","c":"{7}","v":"{7}","r":"(4, {7})","l":"[{7}]"}
{"id":5,"s":"{1,2,3,4294967295}","c":"{1,2,3,4294967295}","v":"{1,2","r":"(5, {1,2,3,4294967295})","l":"[{1,2,3,4294967295}]"}
{"id":6,"s":"{}","c":"{}","v":"{}","r":"(6, {})","l":"[{}]"}
{"id":7,"s":"{0,65535,65536,2147483647,2147483648}","c":"{0,65535,65536,2147483647,2147483648}","v":"{0,6","r":"(7, {0,65535,65536,2147483647,2147483648})","l":"[{0,65535,65536,2147483647,2147483648}]"}
*/
