-- there are not more shards than key groups
SET 'parallelism.default' = '129';
/* expect error
SET 'parallelism.default': '129' is no number of shards; there are from 1 to 128
*/
