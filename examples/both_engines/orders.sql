-- Shops take orders in several currencies, couriers deliver them. This file runs unchanged on Freshet, in a project's folder
-- pipelines/, and on Apache Flink; README.md says how the two answers were compared.
SET 'execution.checkpointing.interval' = '1 s';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.source.idle-timeout' = '5 s';
SET 'table.exec.sink.require-on-conflict' = 'false';

CREATE TABLE orders (
  order_id BIGINT, shop STRING, customer STRING, currency STRING, amount DECIMAL(10, 2), ordered TIMESTAMP(3),
  WATERMARK FOR ordered AS ordered - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'localhost:9092', 'properties.group.id' = 'shops',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json', 'json.ignore-parse-errors' = 'true'
);

CREATE TABLE deliveries (
  order_id BIGINT, courier STRING, delivered TIMESTAMP(3), WATERMARK FOR delivered AS delivered - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'deliveries', 'properties.bootstrap.servers' = 'localhost:9092', 'properties.group.id' = 'shops',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);

-- What a unit of a currency was worth, in francs, from when on: each row is a version, a deletion takes the last one back.
CREATE TABLE rates (
  currency STRING, rate DECIMAL(12, 6), since TIMESTAMP(3) METADATA FROM 'timestamp', WATERMARK FOR since AS since - INTERVAL '10' SECOND,
  PRIMARY KEY (currency) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'rates', 'properties.bootstrap.servers' = 'localhost:9092', 'properties.group.id' = 'shops',
  'key.format' = 'json', 'value.format' = 'json'
);

-- Each order at the rate of its moment.
CREATE VIEW in_francs AS
SELECT o.order_id, o.shop, o.currency, o.amount, r.rate, CAST(o.amount * r.rate AS DECIMAL(18, 4)) AS francs, o.ordered
FROM orders AS o LEFT JOIN rates FOR SYSTEM_TIME AS OF o.ordered AS r ON o.currency = r.currency;

CREATE TABLE minutes (
  shop STRING, window_start TIMESTAMP(3), window_end TIMESTAMP(3), orders BIGINT, customers BIGINT, amount DECIMAL(38, 2), largest DECIMAL(10, 2),
  PRIMARY KEY (shop, window_start, window_end) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'minutes', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json'
);

CREATE TABLE busiest (
  window_start TIMESTAMP(3), window_end TIMESTAMP(3), place BIGINT, shop STRING, orders BIGINT,
  PRIMARY KEY (window_start, window_end, place) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'busiest', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json'
);

CREATE TABLE visits (customer STRING, `begin` TIMESTAMP(3), `end` TIMESTAMP(3), orders BIGINT, shops BIGINT) WITH (
  'connector' = 'kafka', 'topic' = 'visits', 'properties.bootstrap.servers' = 'localhost:9092', 'properties.transaction.timeout.ms' = '600000',
  'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'visits'
);

CREATE TABLE priced (order_id BIGINT, shop STRING, currency STRING, amount DECIMAL(10, 2), rate DECIMAL(12, 6), francs DECIMAL(18, 4), ordered TIMESTAMP(3)) WITH (
  'connector' = 'kafka', 'topic' = 'priced', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json'
);

CREATE TABLE revenue (shop STRING, orders BIGINT, priced BIGINT, francs DECIMAL(38, 4), mean DECIMAL(38, 6), PRIMARY KEY (shop) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'revenue', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json'
);

CREATE TABLE delivered (order_id BIGINT, shop STRING, courier STRING, seconds INT) WITH (
  'connector' = 'kafka', 'topic' = 'delivered', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json'
);

CREATE TABLE largest (shop STRING, place BIGINT, order_id BIGINT, amount DECIMAL(10, 2), PRIMARY KEY (shop, place) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'largest', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json'
);

CREATE TABLE couriers (courier STRING, deliveries BIGINT, newest TIMESTAMP(3), PRIMARY KEY (courier) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'couriers', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json'
);

CREATE TABLE rates_now (currency STRING, rate DECIMAL(12, 6), since TIMESTAMP(3), PRIMARY KEY (currency) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'rates_now', 'properties.bootstrap.servers' = 'localhost:9092', 'key.format' = 'json', 'value.format' = 'json'
);

EXECUTE STATEMENT SET BEGIN

-- What each shop took in each minute.
INSERT INTO minutes
SELECT shop, window_start, window_end, COUNT(*), COUNT(DISTINCT customer), SUM(amount), MAX(amount)
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ordered), INTERVAL '1' MINUTE))
GROUP BY shop, window_start, window_end;

-- The two busiest shops of three minutes, every minute.
INSERT INTO busiest
SELECT window_start, window_end, place, shop, orders
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY orders DESC, shop) AS place
  FROM (
    SELECT window_start, window_end, shop, COUNT(*) AS orders
    FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ordered), INTERVAL '1' MINUTE, INTERVAL '3' MINUTE))
    GROUP BY window_start, window_end, shop))
WHERE place <= 2;

-- Orders of a customer that follow each other within a minute and a half; exactly once.
INSERT INTO visits
SELECT customer, window_start, window_end, COUNT(*), COUNT(DISTINCT shop)
FROM TABLE(SESSION(TABLE orders PARTITION BY customer, DESCRIPTOR(ordered), INTERVAL '90' SECOND))
GROUP BY customer, window_start, window_end;

INSERT INTO priced SELECT order_id, shop, currency, amount, rate, francs, ordered FROM in_francs;

-- All that a shop has taken: changes with every order.
INSERT INTO revenue SELECT shop, COUNT(*), COUNT(francs), SUM(francs), AVG(francs) FROM in_francs GROUP BY shop;

-- Orders that were delivered within half an hour.
INSERT INTO delivered
SELECT o.order_id, o.shop, d.courier, TIMESTAMPDIFF(SECOND, o.ordered, d.delivered)
FROM orders AS o JOIN deliveries AS d ON o.order_id = d.order_id AND d.delivered BETWEEN o.ordered AND o.ordered + INTERVAL '30' MINUTE;

-- The two largest orders of each shop: places are taken back and given to others.
INSERT INTO largest
SELECT shop, place, order_id, amount
FROM (SELECT shop, order_id, amount, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY amount DESC, order_id) AS place FROM orders)
WHERE place <= 2;

INSERT INTO couriers SELECT courier, COUNT(*), MAX(delivered) FROM deliveries GROUP BY courier;

INSERT INTO rates_now SELECT currency, rate, since FROM rates;

END;
