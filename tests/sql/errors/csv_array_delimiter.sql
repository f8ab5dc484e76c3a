-- what parts the elements of an array in csv is something
-- flink differs, error: it takes it
CREATE TABLE t (b ARRAY<STRING>) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.array-element-delimiter' = '', 'rows' = 'a');
SELECT b FROM t;
/* expect error
option 'csv.array-element-delimiter' is empty
*/
