-- A model of another provider is refused by the provider's name, whatever options it has.
CREATE MODEL m INPUT (a STRING) OUTPUT (b STRING) WITH ('provider' = 'openai', 'endpoint' = 'https://models.example/v1', 'api-key' = 'k');
CREATE TABLE t (id STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM ML_PREDICT(TABLE t, MODEL m, DESCRIPTOR(id));
/* expect error
provider 'openai' is not there; known is 'freshet'
*/
