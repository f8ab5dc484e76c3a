-- What Flink 2.3 asks about keys of sinks is not asked here.
-- flink differs, error: it asks
SET 'table.exec.sink.require-on-conflict' = 'false';
SET 'table.exec.sink.require-on-conflict' = 'true';
SELECT 1;
/* expect error
SET 'table.exec.sink.require-on-conflict' = 'true' is not supported: nobody is asked here, changes of a key follow each other; it takes false
*/
