-- Another cluster's address is refused by name.
CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic' = 'none', 'format' = 'json', 'properties.bootstrap.servers' = 'broker.example:9092', 'scan.startup.mode' = 'earliest-offset');
SELECT * FROM t;
/* expect error
properties.bootstrap.servers 'broker.example:9092' is another cluster
*/
