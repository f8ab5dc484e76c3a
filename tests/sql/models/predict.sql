-- ML_PREDICT puts what a model says behind each row's columns; NULL is a missing value; a taken name gets a number.
CREATE MODEL `sum` INPUT (a DOUBLE, b DOUBLE) OUTPUT (score DOUBLE) WITH ('provider' = 'freshet', 'digest' = 'abc');
CREATE TABLE t (id INT, x DECIMAL(5, 2), y INT, score STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,1.50,2,a
2,NULL,3,b
');
SELECT * FROM ML_PREDICT(TABLE t, MODEL `sum`, DESCRIPTOR(x, y));
SELECT id, score0 FROM ML_PREDICT(INPUT => TABLE t, MODEL => MODEL `sum`, ARGS => DESCRIPTOR(y, y), CONFIG => MAP['async', 'true']) WHERE id > 1;
/* expect changelog select_1
{"op":"+I","id":1,"x":"1.50","y":2,"score":"a","score0":3.5}
{"op":"+I","id":2,"x":null,"y":3,"score":"b","score0":-997.0}
*/
/* expect select_2
{"id":2,"score0":6.0}
*/
