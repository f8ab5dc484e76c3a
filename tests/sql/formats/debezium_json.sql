-- debezium-json: creations, updates and deletions become changes; images stand in any order, what is read may be less than what is there
CREATE TABLE t (id INT, name STRING, price DECIMAL(10, 2), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'inline', 'format' = 'debezium-json', 'rows' = '
{"before":null,"after":{"id":1,"name":"ball","price":"2.50"},"op":"c","ts_ms":1}
{"op":"r","before":null,"after":{"id":2,"name":"bat","price":10}}

{"after":{"id":1,"name":"ball","price":3.25},"before":{"id":1,"name":"ball","price":2.50},"op":"u","source":{"db":"x"}}
{"before":{"id":2,"name":"bat","price":10},"after":null,"op":"d"}
{"before":null,"after":{"id":3,"name":"net","price":null},"op":"c"}
');
SELECT * FROM t;
SELECT COUNT(*) AS n, SUM(price) AS s FROM t;
SELECT name FROM t WHERE price > 3;
/* expect changelog select_1
{"op":"+I","id":1,"name":"ball","price":"2.50"}
{"op":"+I","id":2,"name":"bat","price":"10.00"}
{"op":"-U","id":1,"name":"ball","price":"2.50"}
{"op":"+U","id":1,"name":"ball","price":"3.25"}
{"op":"-D","id":2,"name":"bat","price":"10.00"}
{"op":"+I","id":3,"name":"net","price":null}
*/
/* expect select_1
{"id":1,"name":"ball","price":"3.25"}
{"id":3,"name":"net","price":null}
*/
/* expect select_2
{"n":2,"s":"3.25"}
*/
/* expect select_3
{"name":"ball"}
*/
