-- Grouping sets inside of TUMBLE windows.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,NULL,2024-01-01 00:00:09
t,NULL,4,2024-01-01 00:00:03
t,x,2,2024-01-01 00:00:20
t,z,NULL,2024-01-01 00:00:05
t,z,6,2024-01-01 00:00:13
t,NULL,5,2024-01-01 00:00:03
t,y,5,2024-01-01 00:00:13
t,z,1,2024-01-01 00:00:22
t,NULL,5,2024-01-01 00:00:03
t,NULL,1,2024-01-01 00:00:13
t,x,NULL,2024-01-01 00:00:14
t,x,3,2024-01-01 00:00:02
t,y,3,2024-01-01 00:00:22
t,z,1,2024-01-01 00:00:00
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_end, k, GROUPING(k) AS g, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '2' SECOND)) GROUP BY window_start, window_end, ROLLUP (k);
/* expect select_1
{"window_end":"2024-01-01 00:00:02.000","k":"z","g":0,"n":1}
{"window_end":"2024-01-01 00:00:02.000","k":null,"g":1,"n":1}
{"window_end":"2024-01-01 00:00:07.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:07.000","k":"z","g":0,"n":1}
{"window_end":"2024-01-01 00:00:07.000","k":null,"g":0,"n":3}
{"window_end":"2024-01-01 00:00:07.000","k":null,"g":1,"n":5}
{"window_end":"2024-01-01 00:00:12.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:12.000","k":null,"g":1,"n":1}
{"window_end":"2024-01-01 00:00:17.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:17.000","k":"y","g":0,"n":1}
{"window_end":"2024-01-01 00:00:17.000","k":"z","g":0,"n":1}
{"window_end":"2024-01-01 00:00:17.000","k":null,"g":0,"n":1}
{"window_end":"2024-01-01 00:00:17.000","k":null,"g":1,"n":4}
{"window_end":"2024-01-01 00:00:22.000","k":"x","g":0,"n":1}
{"window_end":"2024-01-01 00:00:22.000","k":null,"g":1,"n":1}
{"window_end":"2024-01-01 00:00:27.000","k":"y","g":0,"n":1}
{"window_end":"2024-01-01 00:00:27.000","k":"z","g":0,"n":1}
{"window_end":"2024-01-01 00:00:27.000","k":null,"g":1,"n":2}
*/
