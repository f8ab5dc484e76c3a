-- SET with a value that does not fit its key is refused.
SET 'execution.checkpointing.interval' = 'now and then';
/* expect error
'now and then' is no duration up to a year
*/
