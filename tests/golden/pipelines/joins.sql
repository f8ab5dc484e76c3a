-- Joins: rows that wait for a partner, that were padded and will be taken back, versions, intervals and windows that are open.
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE sales (id BIGINT, account STRING, item STRING, amount BIGINT, price DECIMAL(10, 2), weight DOUBLE, paid BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'sales', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE shipments (id BIGINT, sale BIGINT, carrier STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'shipments', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE prices (item STRING, price DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (item) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'prices', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE stock (item STRING, shelf STRING, amount BIGINT, PRIMARY KEY (item) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'stock', 'key.format' = 'json', 'value.format' = 'json');

CREATE TABLE shipped WITH ('connector' = 'kafka', 'topic' = 'shipped', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT s.id, s.account, h.carrier FROM sales AS s JOIN shipments AS h ON s.id = h.sale;
CREATE TABLE shipped_or_not WITH ('connector' = 'kafka', 'topic' = 'shipped_or_not', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT s.id, s.amount, h.id AS shipment, h.carrier FROM sales AS s LEFT JOIN shipments AS h ON s.id = h.sale AND s.amount > 3;
CREATE TABLE either WITH ('connector' = 'kafka', 'topic' = 'either', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT s.id, h.id AS shipment, h.sale FROM sales AS s FULL JOIN shipments AS h ON s.id = h.sale;
CREATE TABLE with_carrier WITH ('connector' = 'kafka', 'topic' = 'with_carrier', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, account FROM sales WHERE id IN (SELECT sale FROM shipments WHERE carrier = 'post');
CREATE TABLE nowhere WITH ('connector' = 'kafka', 'topic' = 'nowhere', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id FROM sales AS s WHERE NOT EXISTS (SELECT 1 FROM shipments AS h WHERE h.sale = s.id);
CREATE TABLE of_groups WITH ('connector' = 'kafka', 'topic' = 'of_groups', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT a.item, a.n, b.shelf, b.amount FROM (SELECT item, COUNT(*) AS n FROM sales GROUP BY item) AS a LEFT JOIN stock AS b ON a.item = b.item;
CREATE TABLE larger WITH ('connector' = 'kafka', 'topic' = 'larger', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT a.item, b.item AS larger FROM stock AS a JOIN stock AS b ON a.amount < b.amount;
CREATE TABLE soon WITH ('connector' = 'kafka', 'topic' = 'soon', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT s.id, h.id AS shipment, h.carrier FROM sales AS s JOIN shipments AS h ON s.id = h.sale AND h.ts BETWEEN s.ts AND s.ts + INTERVAL '20' SECOND;
CREATE TABLE soon_or_not WITH ('connector' = 'kafka', 'topic' = 'soon_or_not', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT s.id, h.id AS shipment, h.carrier FROM sales AS s LEFT JOIN shipments AS h ON s.id = h.sale AND h.ts BETWEEN s.ts AND s.ts + INTERVAL '20' SECOND;
CREATE TABLE priced WITH ('connector' = 'kafka', 'topic' = 'priced', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT s.id, s.amount * p.price AS asked, p.ts AS since FROM sales AS s LEFT JOIN prices FOR SYSTEM_TIME AS OF s.ts AS p ON s.item = p.item;
CREATE TABLE in_window WITH ('connector' = 'kafka', 'topic' = 'in_window', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT s.account, s.n, h.shipments, s.window_start FROM
  (SELECT account, COUNT(*) AS n, MIN(id) AS id, window_start, window_end FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '30' SECOND)) GROUP BY account, window_start, window_end) AS s
  LEFT JOIN (SELECT COUNT(*) AS shipments, MOD(MIN(sale), 2) AS odd, window_start, window_end FROM TABLE(TUMBLE(TABLE shipments, DESCRIPTOR(ts), INTERVAL '30' SECOND)) GROUP BY window_start, window_end) AS h
  ON s.window_start = h.window_start AND s.window_end = h.window_end AND MOD(s.id, 2) = h.odd;
