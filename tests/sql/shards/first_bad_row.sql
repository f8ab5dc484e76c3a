-- of several rows that cannot be computed the first one is told, whoever came to its own sooner
SET 'parallelism.default' = '2';
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
c,3
first,4
d,5
second,6
e,many
');
SELECT CAST(k AS INT) AS n FROM t WHERE v > 3;
/* expect error
first
*/
