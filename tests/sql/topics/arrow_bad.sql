-- A record that is none of Arrow is bad as a whole; its neighbours are read.
CREATE TABLE bytes_in (v STRING) WITH ('connector' = 'kafka', 'topic' = 'mixed', 'format' = 'raw', 'sink.partitioner' = 'fixed');
CREATE TABLE rows_in (n INT) WITH ('connector' = 'kafka', 'topic' = 'mixed', 'format' = 'arrow', 'sink.partitioner' = 'fixed');
INSERT INTO rows_in VALUES (1), (2);
INSERT INTO bytes_in VALUES ('{"n":3}');
INSERT INTO rows_in VALUES (4);
CREATE TABLE numbers (n INT, `offset` BIGINT METADATA VIRTUAL) WITH ('connector' = 'kafka', 'topic' = 'mixed', 'format' = 'arrow', 'scan.startup.mode' = 'earliest-offset');
SELECT n, `offset` FROM numbers;
/* expect select_1
{"n":1,"offset":0}
{"n":2,"offset":0}
{"n":4,"offset":2}
*/
