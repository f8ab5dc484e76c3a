-- A record without the time that the table's WATERMARK is told by is a bad record, also where that is computed.
CREATE TABLE lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'events', 'format' = 'raw', 'sink.partitioner' = 'fixed');
CREATE TABLE plain (a INT, ms BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'events', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE computed (a INT, ms BIGINT, made AS TO_TIMESTAMP_LTZ(ms, 3), WATERMARK FOR made AS made) WITH ('connector' = 'kafka', 'topic' = 'events', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE timeless (a INT) WITH ('connector' = 'kafka', 'topic' = 'events', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE copied (a INT) WITH ('connector' = 'kafka', 'topic' = 'copied', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE dead (line STRING, h MAP<STRING, BYTES> METADATA FROM 'headers' VIRTUAL) WITH ('connector' = 'kafka', 'topic' = '__dead.events', 'format' = 'raw', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO lines VALUES ('{"a":1,"ms":1000,"ts":"2026-01-01 00:00:01"}'), ('{"a":2,"ms":2000}'), ('{"a":3,"ts":"2026-01-01 00:00:03"}');
SELECT a FROM plain WHERE a > 0;
SELECT a FROM computed;
SELECT a FROM timeless;
INSERT INTO copied SELECT a FROM plain;
SELECT a FROM copied;
SELECT DISTINCT line, CAST(h['why'] AS STRING) AS why FROM dead;
/* expect select_1
{"a":1}
{"a":3}
*/
/* expect select_2
{"a":1}
{"a":2}
*/
/* expect select_3
{"a":1}
{"a":2}
{"a":3}
*/
/* expect select_4
{"a":1}
{"a":3}
*/
/* expect select_5
{"line":"{\"a\":2,\"ms\":2000}","why":"table plain, topic events partition 0 offset 1: column ts, by which WATERMARK tells the time, is NULL"}
*/
