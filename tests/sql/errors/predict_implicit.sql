-- A column goes into an input of a model as it goes into a table: what narrows it needs a CAST.
CREATE MODEL `sum` INPUT (a INT, b DOUBLE) OUTPUT (score DOUBLE) WITH ('provider' = 'freshet');
CREATE TABLE t (price DECIMAL(8, 2), code INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1.50,2');
SELECT * FROM ML_PREDICT(TABLE t, MODEL `sum`, DESCRIPTOR(price, code));
/* expect error
column 'price' is DECIMAL(8, 2), and input a of model sum is INT
*/
