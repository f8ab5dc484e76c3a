-- a BITMAP as key of groups, DISTINCT and COUNT(DISTINCT): equal sets are one
CREATE TABLE t (id INT, k STRING, n INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"k":"a","n":3,"a":[3,1,2,-1]}
{"id":2,"k":"a","n":-1,"a":[]}
{"id":3,"k":"b","n":3,"a":null}
{"id":4,"k":"a","n":3,"a":[null,7,7]}
{"id":5,"k":"b","n":null,"a":[1,2,3,-1]}
{"id":6,"k":"c","n":null,"a":[null]}
{"id":7,"k":"b","n":2147483647,"a":[2147483647,-2147483648,0,65535,65536]}
');
SELECT BITMAP_BUILD(a) AS b, COUNT(*) AS n FROM t GROUP BY BITMAP_BUILD(a);
SELECT DISTINCT BITMAP_BUILD(a) AS b FROM t;
SELECT COUNT(DISTINCT BITMAP_BUILD(a)) AS d, COUNT(BITMAP_BUILD(a)) AS c FROM t;
/* expect select_1
{"b":"{0,65535,65536,2147483647,2147483648}","n":1}
{"b":"{1,2,3,4294967295}","n":2}
{"b":"{7}","n":1}
{"b":"{}","n":2}
{"b":null,"n":1}
*/
/* expect select_2
{"b":"{0,65535,65536,2147483647,2147483648}"}
{"b":"{1,2,3,4294967295}"}
{"b":"{7}"}
{"b":"{}"}
{"b":null}
*/
/* expect select_3
{"d":4,"c":6}
*/
