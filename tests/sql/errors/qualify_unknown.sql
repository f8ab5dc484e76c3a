-- a name that neither the SELECT list nor FROM has: what is known are names that somebody gave
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = 'a,1');
SELECT k, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v) AS place FROM t QUALIFY number <= 1;
/* expect error
line 3, column 81: no column 'number'; known are k, v
*/
