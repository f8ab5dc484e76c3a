-- What ML_PREDICT is told of how it asks is checked, as the same words of SET are.
CREATE MODEL `sum` INPUT (a DOUBLE, b DOUBLE) OUTPUT (score DOUBLE) WITH ('provider' = 'freshet');
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM ML_PREDICT(TABLE t, MODEL `sum`, DESCRIPTOR(id, id), MAP['async', 'true', 'timeout', '5 s', 'max-concurrent-operations', '3', 'output-mode', 'SIDEWAYS']);
/* expect error
ML_PREDICT: 'output-mode' is 'SIDEWAYS'; it takes ORDERED or ALLOW_UNORDERED
*/
