-- An order that comes more than five seconds behind another one, after its minute was told, is in no total: it is kept apart.
-- runs: ../pipelines/totals.sql
CREATE TEMPORARY TABLE orders (
  shop STRING, amount DECIMAL(10, 2), placed TIMESTAMP(3), WATERMARK FOR placed AS placed - INTERVAL '5' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'orders.csv', 'format' = 'csv');
CREATE TEMPORARY TABLE totals (shop STRING, minute_begin TIMESTAMP(3), orders BIGINT, amount DECIMAL(38, 2)) WITH ('connector' = 'print');
/* expect totals
{"shop":"north","minute_begin":"2026-01-01 10:00:00.000","orders":2,"amount":"3.00"}
{"shop":"north","minute_begin":"2026-01-01 10:01:00.000","orders":2,"amount":"20.00"}
*/
