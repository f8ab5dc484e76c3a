-- Two temporary tables of one name are one too many, and so are two behind a temporary one.
CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'print');
CREATE TABLE t (a INT) WITH ('connector' = 'print');
CREATE TABLE t (a INT) WITH ('connector' = 'print');
/* expect error
a table or view named 't' is there already, behind a temporary one; DROP both first or say IF NOT EXISTS
*/
