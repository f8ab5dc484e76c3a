-- format arrow: upsert
CREATE TABLE t (id INT PRIMARY KEY NOT ENFORCED, v INT) WITH ('connector' = 'upsert-kafka', 'topic' = 't', 'key.format' = 'json', 'value.format' = 'arrow');
INSERT INTO t VALUES (1, 1);
/* expect error
line 2, column 131: table t: a record of format arrow holds many rows, and one of upsert-kafka is the one row of its key
*/
