-- INT does not go into a STRING column silently
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
CREATE TABLE o (a STRING) WITH ('connector' = 'print'); INSERT INTO o SELECT a FROM t;
/* expect error
column types of query result and sink o do not match
*/
