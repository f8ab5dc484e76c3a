-- A run to the end refuses a topic that is not there.
CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic' = 'none', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
SELECT * FROM t;
/* expect error
table t: topic 'none' does not exist; create it, or produce to it, first
*/
