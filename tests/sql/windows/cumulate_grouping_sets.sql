-- Grouping sets inside of CUMULATE windows.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,z,2,2024-01-01 00:00:15
t,NULL,3,2024-01-01 00:00:11
t,x,4,2024-01-01 00:00:23
t,x,3,2024-01-01 00:00:19
t,NULL,4,2024-01-01 00:00:22
t,z,2,2024-01-01 00:00:16
t,z,4,2024-01-01 00:00:22
t,NULL,4,2024-01-01 00:00:01
t,x,6,2024-01-01 00:00:16
t,y,3,2024-01-01 00:00:12
t,y,3,2024-01-01 00:00:14
t,x,3,2024-01-01 00:00:02
t,y,2,2024-01-01 00:00:08
t,x,2,2024-01-01 00:00:12
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, GROUPING(k) AS g, COUNT(*) AS n FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start, window_end, ROLLUP (k);
/* expect select_1
{"window_end":"2024-01-01 00:00:02.000","k":null,"g":0,"n":1}
{"window_end":"2024-01-01 00:00:02.000","k":null,"g":1,"n":1}
{"window_end":"2024-01-01 00:00:04.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:04.000","k":null,"g":0,"n":1}
{"window_end":"2024-01-01 00:00:04.000","k":null,"g":1,"n":2}
{"window_end":"2024-01-01 00:00:06.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:06.000","k":null,"g":0,"n":1}
{"window_end":"2024-01-01 00:00:06.000","k":null,"g":1,"n":2}
{"window_end":"2024-01-01 00:00:10.000","k":"y","g":0,"n":1}
{"window_end":"2024-01-01 00:00:10.000","k":null,"g":1,"n":1}
{"window_end":"2024-01-01 00:00:12.000","k":"y","g":0,"n":1}
{"window_end":"2024-01-01 00:00:12.000","k":null,"g":0,"n":1}
{"window_end":"2024-01-01 00:00:12.000","k":null,"g":1,"n":2}
{"window_end":"2024-01-01 00:00:14.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:14.000","k":"y","g":0,"n":1}
{"window_end":"2024-01-01 00:00:14.000","k":null,"g":1,"n":2}
{"window_end":"2024-01-01 00:00:16.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:16.000","k":"y","g":0,"n":2}
{"window_end":"2024-01-01 00:00:16.000","k":"z","g":0,"n":1}
{"window_end":"2024-01-01 00:00:16.000","k":null,"g":1,"n":4}
{"window_end":"2024-01-01 00:00:18.000","k":"x","g":0,"n":2}
{"window_end":"2024-01-01 00:00:18.000","k":"y","g":0,"n":2}
{"window_end":"2024-01-01 00:00:18.000","k":"z","g":0,"n":2}
{"window_end":"2024-01-01 00:00:18.000","k":null,"g":1,"n":6}
{"window_end":"2024-01-01 00:00:20.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:20.000","k":null,"g":1,"n":1}
{"window_end":"2024-01-01 00:00:22.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:22.000","k":null,"g":1,"n":1}
{"window_end":"2024-01-01 00:00:24.000","k":"x","g":0,"n":2}
{"window_end":"2024-01-01 00:00:24.000","k":"z","g":0,"n":1}
{"window_end":"2024-01-01 00:00:24.000","k":null,"g":0,"n":1}
{"window_end":"2024-01-01 00:00:24.000","k":null,"g":1,"n":4}
*/
