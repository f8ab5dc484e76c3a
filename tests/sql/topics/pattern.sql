-- a table over all topics whose names a pattern takes whole; one that takes none has no rows
CREATE TABLE a (k STRING) WITH ('connector' = 'kafka', 'topic' = 'orders-eu', 'format' = 'json', 'sink.partitioner' = 'fixed');
CREATE TABLE b (k STRING) WITH ('connector' = 'kafka', 'topic' = 'orders-us', 'format' = 'json', 'sink.partitioner' = 'fixed');
CREATE TABLE c (k STRING) WITH ('connector' = 'kafka', 'topic' = 'old-orders-us', 'format' = 'json', 'sink.partitioner' = 'fixed');
CREATE TABLE orders (k STRING, topic STRING METADATA) WITH ('connector' = 'kafka', 'topic-pattern' = 'orders-[a-z]+', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE nothing (k STRING) WITH ('connector' = 'kafka', 'topic-pattern' = 'payments', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO a VALUES ('1'), ('2');
INSERT INTO b VALUES ('3');
INSERT INTO c VALUES ('4');
SELECT k, topic FROM orders;
SELECT k FROM nothing;
/* expect select_1
{"k":"1","topic":"orders-eu"}
{"k":"2","topic":"orders-eu"}
{"k":"3","topic":"orders-us"}
*/
/* expect select_2
*/
