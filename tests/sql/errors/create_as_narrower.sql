-- a type that the query's values do not fit
CREATE TABLE s (id STRING, n INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = 'a,1');
CREATE TABLE c (n STRING) WITH ('connector' = 'print') AS SELECT id, n FROM s;
/* expect error
column types of query result and sink c do not match: n is STRING, the query's column 2 (n) is INT; put a CAST around it
*/
