-- Asked to ask, the planner refuses rows that may meet in a key and no word of what becomes of them.
CREATE TABLE t (b INT, a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,1');
CREATE TABLE s (id INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
SET 'table.exec.sink.require-on-conflict' = 'true';
INSERT INTO s SELECT a, COUNT(*) FROM t GROUP BY a;
INSERT INTO s SELECT MAX(a), COUNT(*) FROM t GROUP BY b;
/* expect error
table s: rows of the query may meet in its PRIMARY KEY, and 'table.exec.sink.require-on-conflict' is true; say ON CONFLICT DO DEDUPLICATE
*/
