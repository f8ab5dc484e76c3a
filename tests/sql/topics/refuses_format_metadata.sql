-- what this format does not say: the names that it has
CREATE TABLE m (id INT, s STRING METADATA FROM 'value.source.database' VIRTUAL) WITH ('connector' = 'kafka', 'topic' = 'm', 'scan.startup.mode' = 'earliest-offset', 'format' = 'maxwell-json');
SELECT * FROM m;
/* expect error
metadata 'value.source.database'; a topic has topic, partition, offset, timestamp, timestamp-type, leader-epoch and headers; format maxwell-json has value.database, value.table, value.primary-key-columns, value.ingestion-timestamp
*/
