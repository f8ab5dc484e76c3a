-- DO ERROR judges when a watermark comes: two rows that meet in a key between two watermarks only are no conflict
CREATE TABLE t (b INT, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,5,2024-01-01 00:00:01
2,5,2024-01-01 00:00:01
2,6,2024-01-01 00:00:01
1,7,2024-01-01 00:00:02
');
CREATE TABLE s (id INT, g INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO s SELECT MAX(a), b, COUNT(*) FROM t GROUP BY b ON CONFLICT DO ERROR;
/* expect s
{"id":6,"g":2,"n":2}
{"id":7,"g":1,"n":2}
*/
