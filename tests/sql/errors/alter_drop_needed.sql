-- A column that another part of the declaration looks at is not dropped.
CREATE TABLE t (a INT, b AS a + 1) WITH ('connector' = 'print');
ALTER TABLE t DROP a;
/* expect error
table t: column 'a' cannot be dropped, column 'b' is computed from it
*/
