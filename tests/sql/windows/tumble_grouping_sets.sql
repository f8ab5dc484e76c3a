-- Grouping sets inside of TUMBLE windows.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,4,2024-01-01 00:00:07
t,y,2,2024-01-01 00:00:23
t,y,1,2024-01-01 00:00:13
t,z,6,2024-01-01 00:00:09
t,NULL,4,2024-01-01 00:00:00
t,y,4,2024-01-01 00:00:10
t,y,1,2024-01-01 00:00:12
t,z,6,2024-01-01 00:00:11
t,z,3,2024-01-01 00:00:06
t,z,5,2024-01-01 00:00:16
t,y,1,2024-01-01 00:00:03
t,z,6,2024-01-01 00:00:05
t,x,3,2024-01-01 00:00:20
t,y,NULL,2024-01-01 00:00:21
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, GROUPING(k) AS g, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end, ROLLUP (k);
/* expect select_1
{"window_end":"2024-01-01 00:00:05.000","k":"y","g":0,"n":1}
{"window_end":"2024-01-01 00:00:05.000","k":null,"g":0,"n":1}
{"window_end":"2024-01-01 00:00:05.000","k":null,"g":1,"n":2}
{"window_end":"2024-01-01 00:00:10.000","k":"z","g":0,"n":3}
{"window_end":"2024-01-01 00:00:10.000","k":null,"g":0,"n":1}
{"window_end":"2024-01-01 00:00:10.000","k":null,"g":1,"n":4}
{"window_end":"2024-01-01 00:00:15.000","k":"y","g":0,"n":3}
{"window_end":"2024-01-01 00:00:15.000","k":"z","g":0,"n":1}
{"window_end":"2024-01-01 00:00:15.000","k":null,"g":1,"n":4}
{"window_end":"2024-01-01 00:00:20.000","k":"z","g":0,"n":1}
{"window_end":"2024-01-01 00:00:20.000","k":null,"g":1,"n":1}
{"window_end":"2024-01-01 00:00:25.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:25.000","k":"y","g":0,"n":2}
{"window_end":"2024-01-01 00:00:25.000","k":null,"g":1,"n":3}
*/
