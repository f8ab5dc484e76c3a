-- only a list of nothing but names before AS goes without types
CREATE TABLE c (a INT, n) WITH ('connector' = 'print');
/* expect error
line 2, column 24: column n needs a data type
*/
