-- there are not more shards than key groups
-- flink differs, error: the oracle keeps one shard
SET 'parallelism.default' = '129';
/* expect error
SET 'parallelism.default': '129' is no number of shards; there are from 1 to 128
*/
