-- SET with an unknown key is refused with the nearest known one.
-- flink differs, error: it keeps keys that it does not know
SET 'table.exec.mini-batch.enable' = 'true';
/* expect error
SET: 'table.exec.mini-batch.enable' is not known here; did you mean 'table.exec.mini-batch.enabled'?
*/
