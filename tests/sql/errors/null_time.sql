-- a NULL in the column by which WATERMARK tells the time fails the job, also where a WHERE would leave the row out
CREATE TABLE t (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,2026-01-01 00:00:01
2,NULL
3,2026-01-01 00:00:03
');
SELECT a FROM t WHERE a <> 2;
/* expect error
table t: column ts, by which WATERMARK tells the time, is NULL in a row
*/
