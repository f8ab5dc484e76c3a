-- DO ERROR has nothing to judge by without a watermark.
CREATE TABLE t (b INT, a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,1');
CREATE TABLE s (id INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO s SELECT MAX(a), COUNT(*) FROM t GROUP BY b ON CONFLICT DO ERROR;
/* expect error
ON CONFLICT DO ERROR is judged when a watermark comes, and no table of the query has one; declare WATERMARK FOR a time column
*/
