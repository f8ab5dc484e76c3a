-- LIKE refuses what it cannot overwrite.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
CREATE TABLE o LIKE t (OVERWRITING CONSTRAINTS);
/* expect error
LIKE does not know OVERWRITING CONSTRAINTS
*/
