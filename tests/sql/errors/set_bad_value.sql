-- SET with a value that does not fit its key is refused.
-- flink differs, error: it looks at values when it needs them
SET 'execution.checkpointing.interval' = 'now and then';
/* expect error
'now and then' is no duration up to a year
*/
