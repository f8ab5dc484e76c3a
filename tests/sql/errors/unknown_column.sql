-- a column of another case is not found, and the right one is named
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT A FROM t;
/* expect error
no column 'A'; did you mean 'a'? Names are case-sensitive
*/
