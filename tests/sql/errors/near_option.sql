-- A misspelt option of a table is told in its own line, before one that is missing
CREATE TABLE t (a INT) WITH (
  'connector' = 'filesystem',
  'pathh' = 'x',
  'format' = 'csv');
SELECT a FROM t;
/* expect error
line 4, column 3: table t: connector filesystem has no option 'pathh'; did you mean 'path'?
*/
