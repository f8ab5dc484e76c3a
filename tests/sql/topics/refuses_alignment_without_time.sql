-- A table of an alignment group says how far its time has come.
CREATE TABLE t (v INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset', 'scan.watermark.alignment.group' = 'g', 'scan.watermark.alignment.max-drift' = '1 s');
SELECT v FROM t;
/* expect error
table t: alignment group 'g' is for a table that tells its time; declare WATERMARK FOR a column
*/
