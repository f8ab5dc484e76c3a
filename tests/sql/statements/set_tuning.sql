-- Keys that tune a Flink cluster are kept and change nothing; RESET takes them back
SET 'taskmanager.memory.process.size' = '4gb';
SET 'state.backend.type' = 'rocksdb';
SET 'execution.checkpointing.mode' = 'AT_LEAST_ONCE';
SET 'pipeline.auto-watermark-interval' = '0';
SET 'table.dml-sync' = 'true';
SET 'table.exec.async-lookup.buffer-capacity' = '50';
SET 'table.exec.async-ml-predict.max-concurrent-operations' = '10';
SET 'table.exec.async-ml-predict.timeout' = '3 min';
SET 'table.exec.async-ml-predict.output-mode' = 'ORDERED';
SET 'table.optimizer.multi-join.enabled' = 'true';
SET;
RESET 'state.backend.type';
SET;
RESET;
SET;
/* expect printed
'execution.checkpointing.mode' = 'AT_LEAST_ONCE'
'pipeline.auto-watermark-interval' = '0'
'state.backend.type' = 'rocksdb'
'table.dml-sync' = 'true'
'table.exec.async-lookup.buffer-capacity' = '50'
'table.exec.async-ml-predict.max-concurrent-operations' = '10'
'table.exec.async-ml-predict.output-mode' = 'ORDERED'
'table.exec.async-ml-predict.timeout' = '3 min'
'table.optimizer.multi-join.enabled' = 'true'
'taskmanager.memory.process.size' = '4gb'
'execution.checkpointing.mode' = 'AT_LEAST_ONCE'
'pipeline.auto-watermark-interval' = '0'
'table.dml-sync' = 'true'
'table.exec.async-lookup.buffer-capacity' = '50'
'table.exec.async-ml-predict.max-concurrent-operations' = '10'
'table.exec.async-ml-predict.output-mode' = 'ORDERED'
'table.exec.async-ml-predict.timeout' = '3 min'
'table.optimizer.multi-join.enabled' = 'true'
'taskmanager.memory.process.size' = '4gb'
*/
