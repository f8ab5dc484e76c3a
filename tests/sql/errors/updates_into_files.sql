-- an append-only sink refuses updates
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
CREATE TABLE o (a INT, n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'csv'); INSERT INTO o SELECT a, COUNT(*) FROM t GROUP BY a;
/* expect error
does not take update and delete changes
*/
