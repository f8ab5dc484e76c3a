-- RAND and RAND_INTEGER of a seed that is the row's own: the first number of java.util.Random
CREATE TABLE t (id INT, s BIGINT, n INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":0,"n":6}
{"id":2,"s":1,"n":100}
{"id":3,"s":42,"n":8}
{"id":4,"s":-1,"n":1500000000}
{"id":5,"s":2147483647,"n":1073741825}
{"id":6,"s":123456789012,"n":1}
{"id":7,"n":6}
');
SELECT id, RAND(s) AS r, RAND_INTEGER(s, n) AS i, TYPEOF(RAND(s)) AS rt, TYPEOF(RAND_INTEGER(s, 6)) AS it FROM t;
SELECT id, RAND(id) < 0.731 AS b, RAND_INTEGER(id, 10) AS i FROM t WHERE RAND_INTEGER(id, 2) = 1;
/* expect select_1
{"id":1,"r":0.730967787376657,"i":0,"rt":"DOUBLE","it":"INT"}
{"id":2,"r":0.7308781907032909,"i":85,"rt":"DOUBLE","it":"INT"}
{"id":3,"r":0.7275636800328681,"i":5,"rt":"DOUBLE","it":"INT"}
{"id":4,"r":0.26894263088050496,"i":577549913,"rt":"DOUBLE","it":"INT"}
{"id":5,"r":0.6201007799387834,"i":145398221,"rt":"DOUBLE","it":"INT"}
{"id":6,"r":0.013835938433091277,"i":0,"rt":"DOUBLE","it":"INT"}
{"id":7,"r":null,"i":null,"rt":"DOUBLE","it":"INT"}
*/
/* expect select_2
{"id":1,"b":true,"i":5}
{"id":2,"b":false,"i":8}
{"id":3,"b":false,"i":4}
{"id":4,"b":true,"i":2}
{"id":5,"b":true,"i":7}
{"id":6,"b":true,"i":1}
{"id":7,"b":true,"i":6}
*/
