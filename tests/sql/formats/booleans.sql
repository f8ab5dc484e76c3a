-- BOOLEAN in text formats: true in any case is true, whatever else stands there is false, as in Flink
CREATE TABLE j (id INT, b BOOLEAN, a ARRAY<BOOLEAN>, m MAP<STRING, BOOLEAN>, r ROW<x BOOLEAN>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"b":true,"a":[true,1,"true","t"],"m":{"k":1},"r":{"x":0}}
{"id":2,"b":1}
{"id":3,"b":0}
{"id":4,"b":"true"}
{"id":5,"b":" TRUE "}
{"id":6,"b":"yes"}
{"id":7,"b":""}
{"id":8,"b":"tRuE"}
{"id":9,"b":null}
{"id":10,"b":1.5}
{"id":11,"b":"\u0001true\u0002"}
{"id":12,"b":"\u00a0true"}
');
SELECT * FROM j;
CREATE TABLE jo (id INT, b BOOLEAN) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"b":{"x":1}}
');
SELECT * FROM jo;
CREATE TABLE jl (id INT, b BOOLEAN) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"b":["true"]}
');
SELECT * FROM jl;
CREATE TABLE ji (id INT, b BOOLEAN) WITH ('connector' = 'inline', 'format' = 'json', 'json.ignore-parse-errors' = 'true', 'rows' = '
{"id":1,"b":{"x":1}}
{"id":2,"b":[true]}
{"id":3,"b":"no"}
');
SELECT * FROM ji;
CREATE TABLE jn (id INT, b BOOLEAN) WITH ('connector' = 'inline', 'format' = 'json', 'json.decode.json-parser.enabled' = 'false', 'rows' = '
{"id":1,"b":{"x":1}}
{"id":2,"b":[true]}
{"id":3,"b":"no"}
{"id":4,"b":1}
');
SELECT * FROM jn;
CREATE TABLE c (id INT, b BOOLEAN) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,true
2,1
3,
4,yes
5, TRUE 
6,t
7,""
8,"true"
');
SELECT * FROM c;
CREATE TABLE cl (id INT, b ARRAY<BOOLEAN>) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,true;1;yes;
');
SELECT * FROM cl;
CREATE TABLE d (id INT, b BOOLEAN) WITH ('connector' = 'inline', 'format' = 'debezium-json', 'rows' = '
{"before":null,"after":{"id":1,"b":1},"op":"c"}
{"before":null,"after":{"id":2,"b":"true"},"op":"c"}
');
SELECT * FROM d;
/* expect select_1
{"id":1,"b":true,"a":[true,false,true,false],"m":[["k",false]],"r":{"x":false}}
{"id":10,"b":false,"a":null,"m":null,"r":null}
{"id":11,"b":true,"a":null,"m":null,"r":null}
{"id":12,"b":false,"a":null,"m":null,"r":null}
{"id":2,"b":false,"a":null,"m":null,"r":null}
{"id":3,"b":false,"a":null,"m":null,"r":null}
{"id":4,"b":true,"a":null,"m":null,"r":null}
{"id":5,"b":true,"a":null,"m":null,"r":null}
{"id":6,"b":false,"a":null,"m":null,"r":null}
{"id":7,"b":false,"a":null,"m":null,"r":null}
{"id":8,"b":true,"a":null,"m":null,"r":null}
{"id":9,"b":null,"a":null,"m":null,"r":null}
*/
/* expect select_2
{"id":1,"b":false}
*/
/* expect select_3
{"id":1,"b":false}
*/
/* expect select_4
{"id":1,"b":false}
{"id":2,"b":false}
{"id":3,"b":false}
*/
/* expect select_5
{"id":1,"b":false}
{"id":2,"b":false}
{"id":3,"b":false}
{"id":4,"b":false}
*/
/* expect select_6
{"id":1,"b":true}
{"id":2,"b":false}
{"id":3,"b":false}
{"id":4,"b":false}
{"id":5,"b":true}
{"id":6,"b":false}
{"id":7,"b":false}
{"id":8,"b":true}
*/
/* expect select_7
{"id":1,"b":[true,false,false,false]}
*/
/* expect select_8
{"id":1,"b":false}
{"id":2,"b":true}
*/
