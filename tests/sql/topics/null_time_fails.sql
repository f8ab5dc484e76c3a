-- Told to fail at bad records, a table fails at one without a time.
CREATE TABLE lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'events', 'format' = 'raw', 'sink.partitioner' = 'fixed');
CREATE TABLE events (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'events', 'format' = 'json', 'json.ignore-parse-errors' = 'false', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO lines VALUES ('{"a":1,"ts":"2026-01-01 00:00:01"}'), ('{"a":2}');
SELECT a FROM events;
/* expect error
table events, topic events partition 0 offset 1: column ts, by which WATERMARK tells the time, is NULL
*/
