-- Group offsets, the default start, are refused by name.
CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic' = 'none', 'format' = 'json', 'properties.group.id' = 'g');
SELECT * FROM t;
/* expect error
scan.startup.mode 'group-offsets', the default, is not supported yet
*/
