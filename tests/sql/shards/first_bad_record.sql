-- of several records that cannot be read the first one is told, with its number
SET 'parallelism.default' = '3';
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
c,3
d,4
e,many
f,6
g,none
');
SELECT v FROM t WHERE v > 3;
/* expect error
record 5 of 'rows'
*/
