-- A misspelt connector is told where it stands
CREATE TABLE t (a INT) WITH ('path' = 'x',
  'connector' = 'filesystm', 'format' = 'csv');
SELECT a FROM t;
/* expect error
line 3, column 17: table t: connector 'filesystm' is not known here; did you mean 'filesystem'?
*/
