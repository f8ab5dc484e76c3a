-- Options of before Flink 2 that are not those of a table of files are refused with today's words.
-- flink differs, error: it looks at options when a table is used
CREATE TABLE side_input (key BIGINT, `value` VARCHAR) WITH ('connector.type' = 'filesystem', 'connector.path' = 'x', 'format.type' = 'csv', 'format.field-delimiter' = ';');
/* expect error
'format.field-delimiter' and its kin are words of before Flink 2; write 'connector' = 'filesystem'
*/
