-- a window over the windows of cumulate
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
CREATE VIEW counted AS SELECT k, window_time AS `at`, COUNT(*) AS n FROM TABLE(CUMULATE(TABLE c, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '8' SECOND)) GROUP BY k, window_start, window_end, window_time;
SELECT window_start, window_end, SUM(n) AS n, MAX(n) AS most FROM TABLE(TUMBLE(TABLE counted, DESCRIPTOR(`at`), INTERVAL '20' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:20.000","n":23,"most":4}
{"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:40.000","n":7,"most":1}
*/
