-- VARCHAR and VARBINARY without a length take any, CHAR and BINARY one
CREATE TABLE t (s STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
abcdef
');
CREATE TABLE v (a VARCHAR, b VARBINARY, c CHAR, r ROW<x VARCHAR, y CHAR>) WITH ('connector' = 'print');
INSERT INTO v SELECT s, CAST(s AS BYTES), 'xy', CAST(ROW(s, 'xy') AS ROW<x VARCHAR, y CHAR>) FROM t;
SELECT CAST(s AS VARCHAR) AS a, CAST(s AS CHAR) AS b, CAST(s AS VARBINARY) AS c, CAST(ARRAY[s] AS ARRAY<VARCHAR>) AS d FROM t;
/* expect v
{"a":"abcdef","b":"616263646566","c":"x","r":{"x":"abcdef","y":"x"}}
*/
/* expect select_1
{"a":"abcdef","b":"a","c":"616263646566","d":["abcdef"]}
*/
