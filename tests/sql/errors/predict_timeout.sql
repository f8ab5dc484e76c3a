-- A timeout of ML_PREDICT is a duration.
CREATE MODEL `sum` INPUT (a DOUBLE, b DOUBLE) OUTPUT (score DOUBLE) WITH ('provider' = 'freshet');
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM ML_PREDICT(TABLE t, MODEL `sum`, DESCRIPTOR(id, id), MAP['timeout', 'banana']);
/* expect error
ML_PREDICT: 'timeout' is 'banana'; it takes a duration such as 30 s
*/
