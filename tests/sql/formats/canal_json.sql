-- canal-json: all rows of a statement in one record; of what an update changed the old values, all else as it is; other databases and DDL passed over
-- flink differs, select_1: it looks for a field of `old` in all rows of the statement, not in the row's own
CREATE TABLE t (id INT, name STRING, price DECIMAL(10, 2), tags ROW<a INT, b STRING>) WITH ('connector' = 'inline', 'format' = 'canal-json', 'canal-json.database.include' = 'shop_[0-9]+', 'canal-json.table.include' = 'goods', 'rows' = '
{"data":[{"id":"1","name":"ball","price":"2.50"},{"id":"2","name":null,"price":"10","tags":{"a":1,"b":"x"}}],"database":"shop_1","table":"goods","es":1,"id":9,"isDdl":false,"mysqlType":{"id":"int(11)"},"old":null,"pkNames":["id"],"sql":"","type":"INSERT","ts":2}
{"data":null,"database":"shop_1","table":"goods","type":"CREATE","isDdl":true}
{"type":"UPDATE","old":[{"price":"2.50"},{"name":null,"price":"10"}],"data":[{"id":"1","name":"ball","price":"3.25"},{"id":"2","name":"bat","price":"11","tags":{"a":1,"b":"x"}}],"database":"shop_1","table":"goods"}
{"type":"INSERT","data":[{"id":"7","name":"from elsewhere","price":"1"}],"database":"stock","table":"goods"}
{"type":"INSERT","data":[{"id":"8","name":"of another table","price":"1"}],"database":"shop_1","table":"goods_old"}
{"data":[{"id":"1","name":"ball","price":"3.25"}],"type":"DELETE","database":"shop_22","table":"goods"}
');
SELECT id, name, price, tags.b AS b FROM t;
SELECT COUNT(*) AS n, SUM(price) AS s FROM t;
/* expect changelog select_1
{"op":"+I","id":1,"name":"ball","price":"2.50","b":null}
{"op":"+I","id":2,"name":null,"price":"10.00","b":"x"}
{"op":"-U","id":1,"name":"ball","price":"2.50","b":null}
{"op":"+U","id":1,"name":"ball","price":"3.25","b":null}
{"op":"-U","id":2,"name":null,"price":"10.00","b":"x"}
{"op":"+U","id":2,"name":"bat","price":"11.00","b":"x"}
{"op":"-D","id":1,"name":"ball","price":"3.25","b":null}
*/
/* expect select_2
{"n":1,"s":"11.00"}
*/
