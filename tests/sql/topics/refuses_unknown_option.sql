-- An unknown option is refused with the near one.
CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic' = 'none', 'format' = 'json', 'scan.startup.mod' = 'earliest-offset');
SELECT * FROM t;
/* expect error
table t: connector kafka has no option 'scan.startup.mod'; did you mean 'scan.startup.mode'?
*/
