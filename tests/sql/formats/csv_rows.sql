-- a ROW in csv is one field, its own fields behind one another; what cannot be read is NULL when errors are ignored
CREATE TABLE t (id INT, r ROW<a INT, b STRING>, l ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true', 'rows' = '
1,1;q,1;2
2,"7;x, y",3
3,1,4
4,x;q,5
5,1;q;r,6
6,,7
7,8;,9
');
SELECT * FROM t;
SELECT id, r.b FROM t WHERE r.a > 1;
CREATE TABLE parts (id INT, r ROW<a INT, b STRING>) WITH ('connector' = 'filesystem', 'path' = 'csv_rows', 'format' = 'csv', 'csv.array-element-delimiter' = '|');
INSERT INTO parts SELECT id, CAST(ROW(id * 2, 'x,' || b) AS ROW<a INT, b STRING>) FROM (SELECT id, r.b FROM t WHERE id < 3);
SELECT * FROM parts;
CREATE TABLE lines (line STRING) WITH ('connector' = 'filesystem', 'path' = 'csv_rows', 'format' = 'raw');
SELECT * FROM lines;
/* expect select_1
{"id":1,"r":{"a":1,"b":"q"},"l":[1,2]}
{"id":2,"r":{"a":7,"b":"x, y"},"l":[3]}
{"id":3,"r":{"a":1,"b":null},"l":[4]}
{"id":4,"r":{"a":null,"b":"q"},"l":[5]}
{"id":5,"r":{"a":1,"b":"q"},"l":[6]}
{"id":6,"r":null,"l":[7]}
{"id":7,"r":{"a":8,"b":""},"l":[9]}
*/
/* expect select_2
{"id":2,"b":"x, y"}
{"id":7,"b":""}
*/
/* expect select_3
{"id":1,"r":{"a":2,"b":"x,q"}}
{"id":2,"r":{"a":4,"b":"x,x, y"}}
*/
/* expect select_4
{"line":"1,\"2|x,q\""}
{"line":"2,\"4|x,x, y\""}
*/
