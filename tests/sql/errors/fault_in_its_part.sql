-- a value that cannot be made is told with the expression, columns by their names, with the operator and the row
CREATE TABLE t (price DOUBLE, pieces INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
10,2
10,0
');
CREATE TABLE o (share INT) WITH ('connector' = 'print');
INSERT INTO o SELECT CAST(price AS INT) / pieces FROM t WHERE pieces < 5;
/* expect error
line 7, column 1: division by zero; guard the divisor with NULLIF(x, 0); in (/ (CAST INT price) pieces); operator Project(share=(/ (CAST INT $0) $1)) of o; row {"price":10.0,"pieces":0}
*/
