-- json.ignore-parse-errors = false, said in so many words, fails the job and names the record.
CREATE TABLE lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'raw', 'sink.partitioner' = 'fixed');
CREATE TABLE numbers (n INT) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'json', 'json.ignore-parse-errors' = 'false', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO lines VALUES ('{"n":1}'), ('{"n":');
SELECT n FROM numbers;
/* expect error
table numbers, topic numbers partition 0 offset 1: json:
*/
