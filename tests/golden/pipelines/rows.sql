-- Frames, ranks, first and last rows, and patterns that have begun; at two shards.
SET 'execution.checkpointing.interval' = '50 ms';
SET 'parallelism.default' = '2';
CREATE TABLE sales (id BIGINT, account STRING, item STRING, amount BIGINT, price DECIMAL(10, 2), weight DOUBLE, paid BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'sales', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE stock (item STRING, shelf STRING, amount BIGINT, PRIMARY KEY (item) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'stock', 'key.format' = 'json', 'value.format' = 'json');

CREATE TABLE framed WITH ('connector' = 'kafka', 'topic' = 'framed', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, account, SUM(amount) OVER last_four AS amount, MIN(price) OVER last_four AS least, COUNT(DISTINCT item) OVER last_four AS items
FROM sales WINDOW last_four AS (PARTITION BY account ORDER BY ts ROWS BETWEEN 3 PRECEDING AND CURRENT ROW);
CREATE TABLE ranged WITH ('connector' = 'kafka', 'topic' = 'ranged', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, COUNT(*) OVER near AS n, AVG(price) OVER near AS mean FROM sales WINDOW near AS (PARTITION BY item ORDER BY ts RANGE BETWEEN INTERVAL '15' SECOND PRECEDING AND CURRENT ROW);
CREATE TABLE so_far WITH ('connector' = 'kafka', 'topic' = 'so_far', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, SUM(amount) OVER (PARTITION BY account ORDER BY ts) AS amount, COUNT(DISTINCT item) OVER (PARTITION BY account ORDER BY ts) AS items FROM sales;
CREATE TABLE before WITH ('connector' = 'kafka', 'topic' = 'before', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, LAG(amount, 2) OVER (PARTITION BY account ORDER BY ts) AS two_before, RANK() OVER (PARTITION BY account ORDER BY ts) AS place FROM sales;
CREATE TABLE by_value WITH ('connector' = 'kafka', 'topic' = 'by_value', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, SUM(amount) OVER (PARTITION BY account ORDER BY price) AS up_to FROM sales;
CREATE TABLE dearest WITH ('connector' = 'kafka', 'topic' = 'dearest', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, id, price, place FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY account ORDER BY price DESC, id) AS place FROM sales) WHERE place <= 3;
CREATE TABLE largest WITH ('connector' = 'kafka', 'topic' = 'largest', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, amount FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY amount DESC, account) AS place FROM (SELECT account, SUM(amount) AS amount FROM sales GROUP BY account)) WHERE place <= 2;
CREATE TABLE fullest WITH ('connector' = 'kafka', 'topic' = 'fullest', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT shelf, item, amount FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY shelf ORDER BY amount DESC, item) AS place FROM stock) WHERE place <= 2;
CREATE TABLE first_of WITH ('connector' = 'kafka', 'topic' = 'first_of', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, account, item FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY account, item ORDER BY ts) AS place FROM sales) WHERE place = 1;
CREATE TABLE last_of WITH ('connector' = 'kafka', 'topic' = 'last_of', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, account, item, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY account, item ORDER BY ts DESC) AS place FROM sales) WHERE place = 1;
CREATE TABLE three WITH ('connector' = 'kafka', 'topic' = 'three', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, price FROM sales ORDER BY price, id LIMIT 3;
CREATE TABLE rising WITH ('connector' = 'kafka', 'topic' = 'rising', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT * FROM sales MATCH_RECOGNIZE (PARTITION BY account ORDER BY ts
  MEASURES FIRST(low.id) AS first_low, LAST(low.id) AS last_low, high.id AS high, SUM(low.amount) AS low_amount
  AFTER MATCH SKIP PAST LAST ROW PATTERN (low{2,} high) WITHIN INTERVAL '2' MINUTE DEFINE low AS low.amount < 7, high AS high.amount >= 7);
