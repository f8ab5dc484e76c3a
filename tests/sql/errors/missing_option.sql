-- What a connector misses is told where the table is declared
CREATE TABLE s (a INT) WITH ('connector' = 'blackhole');
CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'format' = 'csv');
INSERT INTO s SELECT a FROM t;
/* expect error
line 3, column 1: table t: connector filesystem needs the option 'path'
*/
