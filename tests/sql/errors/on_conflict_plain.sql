-- ON CONFLICT needs a table whose rows stand by a key.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
CREATE TABLE s (id INT) WITH ('connector' = 'print');
INSERT INTO s SELECT a FROM t ON CONFLICT DO NOTHING;
/* expect error
ON CONFLICT needs a table whose rows stand by a PRIMARY KEY, such as one of upsert-kafka; s is not one
*/
