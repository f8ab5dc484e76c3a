-- tumble_offset by key, with late rows: spread
CREATE TABLE c (k STRING, a INT, d DECIMAL(8, 2), f DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
x,1,1.50,0.5,2024-01-01 00:00:01
y,2,-2.25,1e3,2024-01-01 00:00:02
x,3,10.00,-0.25,2024-01-01 00:00:02
-,4,0.10,-,2024-01-01 00:00:04
x,-,-,2.5,2024-01-01 00:00:07
y,5,7.77,0.125,2024-01-01 00:00:05.500
x,3,10.00,-0.25,2024-01-01 00:00:02
z,-7,0.01,-1e-3,2024-01-01 00:00:11.999
y,2,5.00,8.0,2024-01-01 00:00:08
z,9,99.99,0.0,2024-01-01 00:00:26
y,6,1.00,1.0,2024-01-01 00:00:24
');
SELECT k, window_start, window_end, VAR_POP(f) AS vp, STDDEV_SAMP(f) AS ss
FROM TABLE(TUMBLE(TABLE c, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '1' SECOND)) GROUP BY k, window_start, window_end;
/* expect select_1
{"k":"x","window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:06.000","vp":0.125,"ss":0.4330127018922193}
{"k":"x","window_start":"2024-01-01 00:00:06.000","window_end":"2024-01-01 00:00:11.000","vp":0.0,"ss":null}
{"k":"y","window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:06.000","vp":249937.50390625,"ss":707.0183928388992}
{"k":"y","window_start":"2024-01-01 00:00:06.000","window_end":"2024-01-01 00:00:11.000","vp":0.0,"ss":null}
{"k":"y","window_start":"2024-01-01 00:00:21.000","window_end":"2024-01-01 00:00:26.000","vp":0.0,"ss":null}
{"k":"z","window_start":"2024-01-01 00:00:11.000","window_end":"2024-01-01 00:00:16.000","vp":0.0,"ss":null}
{"k":"z","window_start":"2024-01-01 00:00:26.000","window_end":"2024-01-01 00:00:31.000","vp":0.0,"ss":null}
{"k":null,"window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:06.000","vp":null,"ss":null}
*/
