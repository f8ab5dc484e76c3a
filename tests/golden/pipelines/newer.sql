-- What came after version 2 of the snapshot: VARIANT, bitmaps, counts that are near; and lists.
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE sales (id BIGINT, account STRING, item STRING, amount BIGINT, price DECIMAL(10, 2), weight DOUBLE, paid BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'sales', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');

CREATE VIEW documents AS SELECT *, PARSE_JSON('{"of": "' || account || '", "paid": ' || LOWER(CAST(paid AS STRING)) || '}') AS document FROM sales;
CREATE TABLE by_document WITH ('connector' = 'kafka', 'topic' = 'by_document', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT JSON_STRING(document) AS document, COUNT(*) AS n, SUM(amount) AS amount FROM documents GROUP BY document;
CREATE TABLE documents_of WITH ('connector' = 'kafka', 'topic' = 'documents_of', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT item, COUNT(DISTINCT document) AS documents, JSON_STRING(LAST_VALUE(document)) AS newest FROM documents GROUP BY item;
CREATE TABLE marks WITH ('connector' = 'kafka', 'topic' = 'marks', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, BITMAP_TO_STRING(BITMAP_BUILD_AGG(CAST(id AS INT))) AS ids, BITMAP_BUILD_CARDINALITY_AGG(CAST(amount AS INT)) AS amounts FROM sales GROUP BY account;
CREATE TABLE marks_by_window WITH ('connector' = 'kafka', 'topic' = 'marks_by_window', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, window_start, BITMAP_TO_STRING(BITMAP_BUILD_AGG(CAST(amount AS INT))) AS amounts
FROM TABLE(TUMBLE(TABLE sales, DESCRIPTOR(ts), INTERVAL '30' SECOND)) GROUP BY account, window_start, window_end;
CREATE TABLE lists WITH ('connector' = 'kafka', 'topic' = 'lists', 'format' = 'debezium-json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, APPROX_COUNT_DISTINCT(id) AS about, ARRAY_AGG(amount) AS amounts, JSON_ARRAYAGG(item) AS items, PERCENTILE(amount, 0.5) AS middle FROM sales GROUP BY account;
