-- Group offsets, the default start, need a group.
CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic' = 'none', 'format' = 'json');
SELECT * FROM t;
/* expect error
scan.startup.mode 'group-offsets', the default, needs the option 'properties.group.id'
*/
