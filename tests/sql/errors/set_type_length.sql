-- who asks that texts too long end the job is told that this is not supported
-- flink differs, error: it has that
SET 'table.exec.sink.type-length-enforcer' = 'ERROR';
/* expect error
SET 'table.exec.sink.type-length-enforcer' = 'ERROR': it takes one of IGNORE TRIM_PAD
*/
