-- A topic pattern is refused with what to write instead.
CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic' = 'none', 'format' = 'json', 'topic-pattern' = 'a.*', 'scan.startup.mode' = 'earliest-offset');
SELECT * FROM t;
/* expect error
option 'topic-pattern' is not supported yet; list the topics in 'topic', parted by ;
*/
