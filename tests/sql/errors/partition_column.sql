-- PARTITION names a partition column.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
CREATE TABLE o (a INT, p STRING) WITH ('connector' = 'print'); INSERT INTO o PARTITION (p = 'x') SELECT a FROM t;
/* expect error
table o is not PARTITIONED BY 'p'
*/
