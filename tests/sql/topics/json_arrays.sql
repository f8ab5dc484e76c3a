-- A record that is an array is a row of each object in it, all of one offset; one for which a batch has no room waits for the next, and one of more than 8192 rows is a dead letter.
CREATE TABLE lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'raw', 'sink.partitioner' = 'fixed');
CREATE TABLE numbers (n INT, o BIGINT METADATA FROM 'offset') WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE big (line STRING) WITH ('connector' = 'kafka', 'topic' = 'big', 'format' = 'raw', 'sink.partitioner' = 'fixed');
CREATE TABLE bigs (n INT, o BIGINT METADATA FROM 'offset') WITH ('connector' = 'kafka', 'topic' = 'big', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO lines VALUES ('[{"n":1},{"n":2}]'), ('{"n":3}'), ('[]'), ('[{"n":4}] [{"n":5}]'), ('[{"n":6},{"n":7}');
INSERT INTO big VALUES ('{"n":1}'), ('[' || REPEAT('{"n":1},', 5000) || '{"n":2}]'), ('[' || REPEAT('{"n":1},', 6000) || '{"n":3}]'), ('[' || REPEAT('{"n":1},', 8192) || '{"n":4}]'), ('[' || REPEAT('{"n":1},', 8191) || '{"n":5}]');
SELECT n, o FROM numbers;
SELECT o, COUNT(*) AS c, SUM(n) AS s FROM bigs GROUP BY o;
/* expect select_1
{"n":1,"o":0}
{"n":2,"o":0}
{"n":3,"o":1}
{"n":4,"o":3}
*/
/* expect select_2
{"o":0,"c":1,"s":1}
{"o":1,"c":5001,"s":5002}
{"o":2,"c":6001,"s":6003}
{"o":4,"c":8192,"s":8196}
*/
