-- nor a BITMAP BYTES
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
CREATE TABLE p (b BYTES) WITH ('connector' = 'print');
INSERT INTO p SELECT BITMAP_BUILD(a) FROM t;
/* expect error
column types of query result and sink p do not match: b is BYTES, the query's column 1 (EXPR$0) is BITMAP; put a CAST around it
*/
