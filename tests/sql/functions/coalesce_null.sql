-- a NULL without a type among the arguments of COALESCE and IFNULL says nothing
CREATE TABLE t (id INT, s STRING, i INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"a","i":1}
{"id":2}
');
SELECT id, COALESCE(NULL, s) AS c1, COALESCE(s, NULL) AS c2, COALESCE(NULL, NULL, i, -1) AS c3, IFNULL(NULL, s) AS c4 FROM t;
SELECT COALESCE(NULL, 1) AS a, TYPEOF(COALESCE(NULL, 1)) AS y, TYPEOF(COALESCE(NULL, i)) AS z FROM t;
/* expect select_1
{"id":1,"c1":"a","c2":"a","c3":1,"c4":"a"}
{"id":2,"c1":null,"c2":null,"c3":-1,"c4":null}
*/
/* expect select_2
{"a":1,"y":"INT NOT NULL","z":"INT"}
{"a":1,"y":"INT NOT NULL","z":"INT"}
*/
