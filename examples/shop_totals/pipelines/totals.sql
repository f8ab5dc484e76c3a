-- What each shop took in each minute.
CREATE TABLE orders (
  shop STRING, amount DECIMAL(10, 2), placed TIMESTAMP(3), WATERMARK FOR placed AS placed - INTERVAL '5' SECOND
) WITH ('connector' = 'kafka', 'topic' = 'orders', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');

CREATE TABLE totals (
  shop STRING, minute_begin TIMESTAMP(3), orders BIGINT NOT NULL, amount DECIMAL(38, 2), PRIMARY KEY (shop, minute_begin) NOT ENFORCED
) WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'key.format' = 'json', 'value.format' = 'json');

INSERT INTO totals
SELECT shop, window_start, COUNT(*), SUM(amount)
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '1' MINUTE))
GROUP BY shop, window_start, window_end;
