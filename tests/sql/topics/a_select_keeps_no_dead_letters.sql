-- A SELECT passes over what it cannot read and keeps nothing of it.
CREATE TABLE lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'raw', 'sink.partitioner' = 'fixed');
CREATE TABLE numbers (n INT) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE dead (line STRING) WITH ('connector' = 'kafka', 'topic' = '__dead.numbers', 'format' = 'raw', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO lines VALUES ('{"n":1}'), ('{"n":'), ('{"n":2}');
SELECT n FROM numbers;
SELECT line FROM dead;
/* expect error
table dead: topic '__dead.numbers' does not exist
*/
