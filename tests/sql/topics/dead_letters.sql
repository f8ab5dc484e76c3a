-- A record that cannot be decoded is kept as a dead letter with its reason; 'true' skips it.
CREATE TABLE lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'raw', 'sink.partitioner' = 'fixed');
CREATE TABLE numbers (n INT) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE skipping (n INT) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'json', 'json.ignore-parse-errors' = 'true', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE dead (line STRING, h MAP<STRING, BYTES> METADATA FROM 'headers' VIRTUAL) WITH ('connector' = 'kafka', 'topic' = '__dead.numbers', 'format' = 'raw', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE copied (n INT) WITH ('connector' = 'kafka', 'topic' = 'copied', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO lines VALUES ('{"n":1}'), ('{"n":'), ('{"n":2}'), (' ');
SELECT n FROM skipping;
INSERT INTO copied SELECT n FROM numbers;
SELECT n FROM copied;
SELECT DISTINCT line FROM dead;
/* expect select_1
{"n":1}
{"n":2}
*/
/* expect select_2
{"n":1}
{"n":2}
*/
/* expect select_3
{"line":"{\"n\":"}
*/
