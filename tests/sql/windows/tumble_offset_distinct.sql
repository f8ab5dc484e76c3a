-- Distinct keys of each TUMBLE window.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,x,2,2024-01-01 00:00:20
t,z,1,2024-01-01 00:00:00
t,x,3,2024-01-01 00:00:02
t,y,3,2024-01-01 00:00:22
t,z,6,2024-01-01 00:00:13
t,NULL,5,2024-01-01 00:00:03
t,NULL,5,2024-01-01 00:00:03
t,y,5,2024-01-01 00:00:13
t,NULL,4,2024-01-01 00:00:03
t,x,NULL,2024-01-01 00:00:14
t,x,NULL,2024-01-01 00:00:09
t,z,NULL,2024-01-01 00:00:05
t,NULL,1,2024-01-01 00:00:13
t,z,1,2024-01-01 00:00:22
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT DISTINCT window_start, window_end, k FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '2' SECOND));
/* expect select_1
{"window_start":"2023-12-31 23:59:57.000","window_end":"2024-01-01 00:00:02.000","k":"z"}
{"window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:07.000","k":"x"}
{"window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:07.000","k":"z"}
{"window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:07.000","k":null}
{"window_start":"2024-01-01 00:00:07.000","window_end":"2024-01-01 00:00:12.000","k":"x"}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:17.000","k":"x"}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:17.000","k":"y"}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:17.000","k":"z"}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:17.000","k":null}
{"window_start":"2024-01-01 00:00:17.000","window_end":"2024-01-01 00:00:22.000","k":"x"}
{"window_start":"2024-01-01 00:00:22.000","window_end":"2024-01-01 00:00:27.000","k":"y"}
{"window_start":"2024-01-01 00:00:22.000","window_end":"2024-01-01 00:00:27.000","k":"z"}
*/
