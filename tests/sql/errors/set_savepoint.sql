-- a start from another engine's savepoint would begin empty
-- flink differs, error: it has savepoints
SET 'execution.state-recovery.path' = '/savepoints/1';
/* expect error
SET 'execution.state-recovery.path' is not supported: a pipeline goes on from its own last epoch
*/
