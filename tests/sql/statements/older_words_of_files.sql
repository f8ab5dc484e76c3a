-- A table of files may be declared in words of before Flink 1.11, as the side table of Nexmark's q13 is.
-- not for flink: it has them no more
CREATE TABLE side_rows (key BIGINT, `value` VARCHAR) WITH ('connector' = 'filesystem', 'path' = 'older_words', 'format' = 'csv');
CREATE TABLE side_input (key BIGINT, `value` VARCHAR) WITH ('connector.type' = 'filesystem', 'connector.path' = 'older_words', 'format.type' = 'csv');
CREATE TABLE asked (key BIGINT, p AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
2
3
');
INSERT INTO side_rows VALUES (1, 'a'), (2, 'b');
SELECT a.key, s.`value` FROM asked AS a LEFT JOIN side_input FOR SYSTEM_TIME AS OF a.p AS s ON a.key = s.key;
SHOW CREATE TABLE side_input;
/* expect select_1
{"key":2,"value":"b"}
{"key":3,"value":null}
*/
