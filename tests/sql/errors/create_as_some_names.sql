-- names alone say the order of all columns of the query
CREATE TABLE s (id STRING, n INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = 'a,1');
CREATE TABLE c (n) WITH ('connector' = 'print') AS SELECT id, n FROM s;
/* expect error
line 3, column 17: the list names 1 of the 2 columns that the query of AS gives; name all of them
*/
