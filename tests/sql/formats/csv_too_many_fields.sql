-- a line with more fields than columns is skipped where errors are ignored, not cut
CREATE TABLE c (i INT, s STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true', 'rows' = '
1,a
2,b,c
3
x,e
5,"f
6,g
');
SELECT i, s FROM c;
CREATE TABLE cut (i INT, s STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.ignore-trailing-unmappable' = 'true', 'rows' = '
1,a
2,b,c
');
SELECT i, s FROM cut;
/* expect select_1
{"i":1,"s":"a"}
{"i":3,"s":null}
{"i":6,"s":"g"}
{"i":null,"s":"e"}
*/
/* expect select_2
{"i":1,"s":"a"}
{"i":2,"s":"b"}
*/
