-- Options of before Flink 2 are refused with today's words.
-- flink differs, error: it looks at options when a table is used
CREATE TABLE side_input (key BIGINT, `value` VARCHAR) WITH ('connector.type' = 'filesystem', 'connector.path' = 'x', 'format.type' = 'csv');
/* expect error
'connector.type' and its kin are words of before Flink 2; write 'connector' = 'filesystem'
*/
