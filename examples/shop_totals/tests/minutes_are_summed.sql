-- Orders of one shop and one minute make one total; the last minute comes out too, when the orders end.
-- runs: ../pipelines/totals.sql
CREATE TEMPORARY TABLE orders (
  shop STRING, amount DECIMAL(10, 2), placed TIMESTAMP(3), WATERMARK FOR placed AS placed - INTERVAL '5' SECOND
) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"shop":"north","amount":12.50,"placed":"2026-01-01 10:00:01"}
{"shop":"south","amount":3.20,"placed":"2026-01-01 10:00:07"}
{"shop":"north","amount":7.50,"placed":"2026-01-01 10:00:59.999"}
{"shop":"north","amount":1.00,"placed":"2026-01-01 10:01:00"}
');
CREATE TEMPORARY TABLE totals (shop STRING, minute_begin TIMESTAMP(3), orders BIGINT, amount DECIMAL(38, 2)) WITH ('connector' = 'print');
/* expect totals
{"shop":"north","minute_begin":"2026-01-01 10:00:00.000","orders":2,"amount":"20.00"}
{"shop":"north","minute_begin":"2026-01-01 10:01:00.000","orders":1,"amount":"1.00"}
{"shop":"south","minute_begin":"2026-01-01 10:00:00.000","orders":1,"amount":"3.20"}
*/
