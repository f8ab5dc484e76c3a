-- Top-N within windows comes out once, at the end of each window.
CREATE TABLE t (k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
x,1,2024-01-01 00:00:01
y,5,2024-01-01 00:00:02
z,3,2024-01-01 00:00:09
x,9,2024-01-01 00:00:11
y,99,2024-01-01 00:00:03
');
SELECT window_end, k, a, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY a DESC) AS rn FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))) WHERE rn <= 2;
SELECT window_end, k, s FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY s DESC) AS rn FROM (
  SELECT k, window_start, window_end, SUM(a) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end)) WHERE rn = 1;
/* expect changelog select_1
{"op":"+I","window_end":"2024-01-01 00:00:10.000","k":"y","a":5,"rn":1}
{"op":"+I","window_end":"2024-01-01 00:00:10.000","k":"z","a":3,"rn":2}
{"op":"+I","window_end":"2024-01-01 00:00:20.000","k":"x","a":9,"rn":1}
*/
/* expect changelog select_2
{"op":"+I","window_end":"2024-01-01 00:00:10.000","k":"y","s":5}
{"op":"+I","window_end":"2024-01-01 00:00:20.000","k":"x","s":9}
*/
