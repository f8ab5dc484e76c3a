-- unknown format options are refused with the known ones
-- flink differs, error: it writes files with options that their format does not have
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
CREATE TABLE o (a INT) WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'csv', 'csv.typo' = '1'); INSERT INTO o SELECT a FROM t;
/* expect error
format csv has no option 'csv.typo'
*/
