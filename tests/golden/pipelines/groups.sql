-- Group aggregates over rows that stay and over rows that are taken back.
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE sales (id BIGINT, account STRING, item STRING, amount BIGINT, price DECIMAL(10, 2), weight DOUBLE, paid BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'sales', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE stock (item STRING, shelf STRING, amount BIGINT, PRIMARY KEY (item) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'stock', 'key.format' = 'json', 'value.format' = 'json');

CREATE TABLE by_account WITH ('connector' = 'kafka', 'topic' = 'by_account', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, COUNT(*) AS n, COUNT(item) AS named, COUNT(DISTINCT item) AS items, SUM(amount) AS amount, SUM(DISTINCT amount) AS amounts, AVG(price) AS mean, MIN(ts) AS first_at,
  MAX(price) AS dearest, MIN(item) AS least, COUNT(*) FILTER (WHERE paid) AS paid, SUM(weight) AS weight, STDDEV_POP(weight) AS spread, FIRST_VALUE(item) AS first_item,
  LAST_VALUE(amount) AS last_amount, LISTAGG(item) AS all_items
FROM sales GROUP BY account;
CREATE TABLE by_shelf WITH ('connector' = 'kafka', 'topic' = 'by_shelf', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT shelf, COUNT(*) AS n, MIN(amount) AS least, MAX(amount) AS most, COUNT(DISTINCT amount) AS amounts, SUM(amount) AS amount, AVG(amount) AS mean, VAR_SAMP(amount) AS spread
FROM stock GROUP BY shelf HAVING SUM(amount) > 5;
CREATE TABLE in_all WITH ('connector' = 'kafka', 'topic' = 'in_all', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT COUNT(*) AS n, SUM(price) AS price, COUNT(DISTINCT account) AS accounts FROM sales;
CREATE TABLE rolled WITH ('connector' = 'kafka', 'topic' = 'rolled', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, item, GROUPING(item) AS over_items, SUM(amount) AS amount FROM sales GROUP BY ROLLUP (account, item);
CREATE TABLE levels WITH ('connector' = 'kafka', 'topic' = 'levels', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT n, COUNT(*) AS accounts FROM (SELECT account, COUNT(*) / 10 AS n FROM sales GROUP BY account) GROUP BY n;
CREATE TABLE kinds WITH ('connector' = 'kafka', 'topic' = 'kinds', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT DISTINCT account, paid, item FROM sales;
CREATE TABLE both_have WITH ('connector' = 'kafka', 'topic' = 'both_have', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT item FROM sales WHERE paid INTERSECT SELECT item FROM stock WHERE amount > 5;
CREATE TABLE less WITH ('connector' = 'kafka', 'topic' = 'less', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT item FROM sales EXCEPT ALL SELECT item FROM stock;
CREATE TABLE flat WITH ('connector' = 'kafka', 'topic' = 'flat', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, UPPER(account) AS account, amount FROM sales WHERE paid;
CREATE TABLE by_item (item STRING, n BIGINT, amount BIGINT, PRIMARY KEY (item) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'by_item', 'key.format' = 'json', 'value.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once');
INSERT INTO by_item SELECT item, COUNT(*), SUM(amount) FROM sales WHERE item IS NOT NULL GROUP BY item;
