-- ON CONFLICT DO ERROR fails when a watermark finds two rows of one key.
CREATE TABLE t (b INT, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,5,2024-01-01 00:00:01
2,5,2024-01-01 00:00:02
2,6,2024-01-01 00:00:03
');
CREATE TABLE s (id INT, g INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO s SELECT MAX(a), b, COUNT(*) FROM t GROUP BY b ON CONFLICT DO ERROR;
/* expect error
table s: two rows have the PRIMARY KEY (5), which ON CONFLICT DO ERROR forbids: (5, 1, 1) and (5, 2, 1); aggregate or filter them
*/
