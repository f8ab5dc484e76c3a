-- Windows over rows of which a sequence makes the time
CREATE TABLE ticks (n BIGINT, ts AS TIMESTAMPADD(SECOND, CAST(n AS INT), TIMESTAMP '2026-01-01 00:00:00'), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '24');
SELECT window_start, COUNT(*) AS n, SUM(n) AS s FROM TABLE(TUMBLE(TABLE ticks, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"2026-01-01 00:00:00.000","n":10,"s":45}
{"window_start":"2026-01-01 00:00:10.000","n":10,"s":145}
{"window_start":"2026-01-01 00:00:20.000","n":5,"s":110}
*/
