-- INPUT goes by place: a name that the model has at another place is a mistake, and no other value.
CREATE MODEL `sum` INPUT (b DOUBLE, a DOUBLE) OUTPUT (score DOUBLE) WITH ('provider' = 'freshet');
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM ML_PREDICT(TABLE t, MODEL `sum`, DESCRIPTOR(id, id));
/* expect error
model sum: INPUT (b, a) names b as number 1, and to the model that is number 2 (a, b). Values go by place: name them in the model's order, or otherwise than it does
*/
