-- a computed column cannot take the name of one that the query gives
CREATE TABLE s (id STRING, n INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = 'a,1');
CREATE TABLE c (n AS 1) WITH ('connector' = 'print') AS SELECT id, n FROM s;
/* expect error
line 3, column 17: the query of AS gives a column 'n' already; give the other one another name
*/
