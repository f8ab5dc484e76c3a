-- Offsets that do not read are refused with an example.
CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic' = 'none', 'format' = 'json', 'scan.startup.mode' = 'specific-offsets', 'scan.startup.specific-offsets' = 'partition:zero');
SELECT * FROM t;
/* expect error
takes partition:0,offset:42;partition:1,offset:300
*/
