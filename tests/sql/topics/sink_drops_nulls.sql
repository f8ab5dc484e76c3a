-- An upsert topic takes no key that is NULL; a deletion by key says nothing of the other columns.
SET 'table.exec.sink.not-null-enforcer' = 'DROP';
CREATE TABLE orders (id INT, amount INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '1,10
NULL,5
1,7
2,NULL');
CREATE TABLE totals (id INT, total INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO totals SELECT id, SUM(amount) FROM orders GROUP BY id;
SELECT id, total FROM totals;
/* expect select_1
{"id":1,"total":17}
*/
