-- A model that is pinned to another digest than the one served is refused.
CREATE MODEL `sum` INPUT (a DOUBLE, b DOUBLE) OUTPUT (score DOUBLE) WITH ('provider' = 'freshet', 'digest' = 'other');
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM ML_PREDICT(TABLE t, MODEL `sum`, DESCRIPTOR(id, id));
/* expect error
model sum is pinned to digest other, served is abc
*/
