-- A table with buckets is refused as a sink: no connector has them.
CREATE TABLE t (a INT) DISTRIBUTED INTO 4 BUCKETS WITH ('connector' = 'print');
INSERT INTO t SELECT 1;
/* expect error
table t is DISTRIBUTED, but connector print has no buckets
*/
