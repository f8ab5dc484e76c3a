-- arrays in csv: an empty field is an empty array, a separator at the end has an empty element behind it; one that cannot be read is NULL with ignore-parse-errors
CREATE TABLE cl (id INT, b ARRAY<STRING>) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,a;b;
2,a;;b
3,
4,;
5,;a
6, a ; b 
7,"a;b"
8,""
');
SELECT * FROM cl;
CREATE TABLE ci (id INT, b ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,1;2
2,
3,"1;2"
');
SELECT * FROM ci;
CREATE TABLE cj (id INT, b ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true', 'rows' = '
1,1;2;
2,1;;2
');
SELECT * FROM cj;
/* expect select_1
{"id":1,"b":["a","b",""]}
{"id":2,"b":["a","","b"]}
{"id":3,"b":[]}
{"id":4,"b":["",""]}
{"id":5,"b":["","a"]}
{"id":6,"b":[" a "," b "]}
{"id":7,"b":["a","b"]}
{"id":8,"b":[]}
*/
/* expect select_2
{"id":1,"b":[1,2]}
{"id":2,"b":[]}
{"id":3,"b":[1,2]}
*/
/* expect select_3
{"id":1,"b":[1,2,null]}
{"id":2,"b":[1,null,2]}
*/
