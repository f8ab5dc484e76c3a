-- An upsert table holds the newest row of each key; deletions are tombstones, which plain readers pass over.
CREATE TABLE orders (id INT, amount INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,10
2,5
1,7');
CREATE TABLE totals (id INT, total INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE plain (id INT, total INT) WITH ('connector' = 'kafka', 'topic' = 'totals', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO totals SELECT id, SUM(amount) FROM orders GROUP BY id;
SELECT id, total FROM totals;
SELECT SUM(total) AS s FROM totals;
SELECT * FROM plain;
/* expect select_1
{"id":1,"total":17}
{"id":2,"total":5}
*/
/* expect select_2
{"s":22}
*/
