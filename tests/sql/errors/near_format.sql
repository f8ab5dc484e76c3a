-- A misspelt format is told where it stands
CREATE TABLE t (a INT) WITH (
  'connector' = 'filesystem',
  'path' = 'x',
  'format' = 'cvs');
SELECT a FROM t;
/* expect error
line 5, column 14: table t: no format 'cvs'; did you mean 'csv'?
*/
