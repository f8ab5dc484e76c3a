-- a pattern is for tables that are read
CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic-pattern' = 'a.*', 'format' = 'json');
INSERT INTO t VALUES ('1');
/* expect error
'topic-pattern' is for tables that are read
*/
