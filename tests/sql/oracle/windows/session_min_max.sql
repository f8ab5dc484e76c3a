-- session by key, with late rows: min_max
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
SELECT k, window_start, window_end, MIN(a) AS lo, MAX(a) AS hi, MIN(d) AS lod, MAX(f) AS hif
FROM TABLE(SESSION(TABLE c PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end;
/* expect select_1
{"k":"x","window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:05.000","lo":1,"hi":3,"lod":"1.50","hif":0.5}
{"k":"x","window_start":"2024-01-01 00:00:07.000","window_end":"2024-01-01 00:00:10.000","lo":null,"hi":null,"lod":null,"hif":2.5}
{"k":"y","window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:05.000","lo":2,"hi":2,"lod":"-2.25","hif":1000.0}
{"k":"y","window_start":"2024-01-01 00:00:05.500","window_end":"2024-01-01 00:00:08.500","lo":5,"hi":5,"lod":"7.77","hif":0.125}
{"k":"y","window_start":"2024-01-01 00:00:08.000","window_end":"2024-01-01 00:00:11.000","lo":2,"hi":2,"lod":"5.00","hif":8.0}
{"k":"y","window_start":"2024-01-01 00:00:24.000","window_end":"2024-01-01 00:00:27.000","lo":6,"hi":6,"lod":"1.00","hif":1.0}
{"k":"z","window_start":"2024-01-01 00:00:11.999","window_end":"2024-01-01 00:00:14.999","lo":-7,"hi":-7,"lod":"0.01","hif":-0.001}
{"k":"z","window_start":"2024-01-01 00:00:26.000","window_end":"2024-01-01 00:00:29.000","lo":9,"hi":9,"lod":"99.99","hif":0.0}
{"k":null,"window_start":"2024-01-01 00:00:04.000","window_end":"2024-01-01 00:00:07.000","lo":4,"hi":4,"lod":"0.10","hif":null}
*/
