-- Aggregates over ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW by event time.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,4,2024-01-01 00:00:06
t,NULL,5,2024-01-01 00:00:03
t,x,NULL,2024-01-01 00:00:12
t,x,1,2024-01-01 00:00:04
t,y,4,2024-01-01 00:00:02
t,NULL,NULL,2024-01-01 00:00:04
t,NULL,3,2024-01-01 00:00:01
t,z,NULL,2024-01-01 00:00:21
t,y,2,2024-01-01 00:00:22
t,x,2,2024-01-01 00:00:24
t,y,1,2024-01-01 00:00:08
t,z,5,2024-01-01 00:00:05
t,y,3,2024-01-01 00:00:01
t,z,1,2024-01-01 00:00:22
t,NULL,5,2024-01-01 00:00:11
t,z,4,2024-01-01 00:00:20
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT k, ts, COUNT(*) OVER w AS n, SUM(a) OVER w AS s, MIN(a) OVER w AS lo, MAX(a) OVER w AS hi FROM t WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);
/* expect select_1
{"k":"x","ts":"2024-01-01 00:00:04.000","n":1,"s":1,"lo":1,"hi":1}
{"k":"x","ts":"2024-01-01 00:00:12.000","n":2,"s":1,"lo":1,"hi":1}
{"k":"x","ts":"2024-01-01 00:00:24.000","n":3,"s":3,"lo":1,"hi":2}
{"k":"y","ts":"2024-01-01 00:00:01.000","n":1,"s":3,"lo":3,"hi":3}
{"k":"y","ts":"2024-01-01 00:00:02.000","n":2,"s":7,"lo":3,"hi":4}
{"k":"y","ts":"2024-01-01 00:00:08.000","n":3,"s":8,"lo":1,"hi":4}
{"k":"y","ts":"2024-01-01 00:00:22.000","n":4,"s":10,"lo":1,"hi":4}
{"k":"z","ts":"2024-01-01 00:00:05.000","n":1,"s":5,"lo":5,"hi":5}
{"k":"z","ts":"2024-01-01 00:00:20.000","n":2,"s":9,"lo":4,"hi":5}
{"k":"z","ts":"2024-01-01 00:00:21.000","n":3,"s":9,"lo":4,"hi":5}
{"k":"z","ts":"2024-01-01 00:00:22.000","n":4,"s":10,"lo":1,"hi":5}
{"k":null,"ts":"2024-01-01 00:00:01.000","n":1,"s":3,"lo":3,"hi":3}
{"k":null,"ts":"2024-01-01 00:00:03.000","n":2,"s":8,"lo":3,"hi":5}
{"k":null,"ts":"2024-01-01 00:00:04.000","n":3,"s":8,"lo":3,"hi":5}
{"k":null,"ts":"2024-01-01 00:00:06.000","n":4,"s":12,"lo":3,"hi":5}
{"k":null,"ts":"2024-01-01 00:00:11.000","n":5,"s":17,"lo":3,"hi":5}
*/
