-- A window comes out once, when it is over: nothing that was told is ever taken back.
-- runs: ../pipelines/totals.sql
CREATE TEMPORARY TABLE orders (
  shop STRING, amount DECIMAL(10, 2), placed TIMESTAMP(3), WATERMARK FOR placed AS placed - INTERVAL '5' SECOND
) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
north,1.00,2026-01-01 10:00:30
north,2.00,2026-01-01 10:01:30
north,4.00,2026-01-01 10:00:50
north,8.00,2026-01-01 10:02:30
');
CREATE TEMPORARY TABLE totals (shop STRING, minute_begin TIMESTAMP(3), orders BIGINT, amount DECIMAL(38, 2)) WITH ('connector' = 'print');
/* expect changelog totals
{"op":"+I","shop":"north","minute_begin":"2026-01-01 10:00:00.000","orders":1,"amount":"1.00"}
{"op":"+I","shop":"north","minute_begin":"2026-01-01 10:01:00.000","orders":1,"amount":"2.00"}
{"op":"+I","shop":"north","minute_begin":"2026-01-01 10:02:00.000","orders":1,"amount":"8.00"}
*/
