-- ROW_NUMBER = 1 by a time attribute: keep-first waits for the watermark and drops late rows, keep-last updates at once and takes them; of equal times keep-last takes the later arrival.
CREATE TABLE t (k STRING, v STRING, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,a5,2024-01-01 00:00:05
a,a4,2024-01-01 00:00:04
b,b4,2024-01-01 00:00:04
a,a5 again,2024-01-01 00:00:05
c,c20,2024-01-01 00:00:20
d,late,2024-01-01 00:00:10
a,a6 late,2024-01-01 00:00:06
');
SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts ASC) AS rn FROM t) WHERE rn = 1;
SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS rn FROM t) WHERE rn = 1;
SELECT k, v, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY p) AS rn FROM t) WHERE rn <= 1;
/* expect changelog select_1
{"op":"+I","k":"a","v":"a4"}
{"op":"+I","k":"b","v":"b4"}
{"op":"+I","k":"c","v":"c20"}
*/
/* expect changelog select_2
{"op":"+I","k":"a","v":"a5"}
{"op":"+I","k":"b","v":"b4"}
{"op":"-U","k":"a","v":"a5"}
{"op":"+U","k":"a","v":"a5 again"}
{"op":"+I","k":"c","v":"c20"}
{"op":"+I","k":"d","v":"late"}
{"op":"-U","k":"a","v":"a5 again"}
{"op":"+U","k":"a","v":"a6 late"}
*/
/* expect select_3
{"k":"a","v":"a5","rn":1}
{"k":"b","v":"b4","rn":1}
{"k":"c","v":"c20","rn":1}
{"k":"d","v":"late","rn":1}
*/
/* expect t$late
{"k":"a","v":"a6 late","ts":"2024-01-01 00:00:06.000"}
{"k":"d","v":"late","ts":"2024-01-01 00:00:10.000"}
*/
