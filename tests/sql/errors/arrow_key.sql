-- format arrow: key
CREATE TABLE t (id INT, v INT) WITH ('connector' = 'kafka', 'topic' = 't', 'key.format' = 'json', 'key.fields' = 'id', 'value.format' = 'arrow');
INSERT INTO t VALUES (1, 1);
/* expect error
line 2, column 76: table t: a record of format arrow holds many rows and has one key, 'key.format'
*/
