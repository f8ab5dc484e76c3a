-- HOP windows by key, with every plain aggregate.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,2,2024-01-01 00:00:24
t,y,5,2024-01-01 00:00:20
t,z,6,2024-01-01 00:00:13
t,NULL,NULL,2024-01-01 00:00:20
t,NULL,3,2024-01-01 00:00:15
t,x,5,2024-01-01 00:00:10
t,x,NULL,2024-01-01 00:00:11
t,NULL,6,2024-01-01 00:00:19
t,x,5,2024-01-01 00:00:04
t,x,NULL,2024-01-01 00:00:23
t,z,NULL,2024-01-01 00:00:10
t,x,2,2024-01-01 00:00:21
t,z,3,2024-01-01 00:00:22
t,y,4,2024-01-01 00:00:15
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, window_end, k, COUNT(*) AS n, SUM(a) AS s, MIN(a) AS lo, MAX(a) AS hi, COUNT(DISTINCT a) AS d FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)) GROUP BY window_start, window_end, k;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:06.000","k":"x","n":1,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:08.000","k":"x","n":1,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:04.000","window_end":"2024-01-01 00:00:10.000","k":"x","n":1,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:06.000","window_end":"2024-01-01 00:00:12.000","k":"x","n":2,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:06.000","window_end":"2024-01-01 00:00:12.000","k":"z","n":1,"s":null,"lo":null,"hi":null,"d":0}
{"window_start":"2024-01-01 00:00:08.000","window_end":"2024-01-01 00:00:14.000","k":"x","n":2,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:08.000","window_end":"2024-01-01 00:00:14.000","k":"z","n":2,"s":6,"lo":6,"hi":6,"d":1}
{"window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:16.000","k":"x","n":2,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:16.000","k":"y","n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:16.000","k":"z","n":2,"s":6,"lo":6,"hi":6,"d":1}
{"window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:16.000","k":null,"n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:18.000","k":"y","n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:18.000","k":"z","n":1,"s":6,"lo":6,"hi":6,"d":1}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:18.000","k":null,"n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:14.000","window_end":"2024-01-01 00:00:20.000","k":"y","n":1,"s":4,"lo":4,"hi":4,"d":1}
{"window_start":"2024-01-01 00:00:14.000","window_end":"2024-01-01 00:00:20.000","k":null,"n":2,"s":9,"lo":3,"hi":6,"d":2}
{"window_start":"2024-01-01 00:00:16.000","window_end":"2024-01-01 00:00:22.000","k":"x","n":1,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:16.000","window_end":"2024-01-01 00:00:22.000","k":"y","n":1,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:16.000","window_end":"2024-01-01 00:00:22.000","k":null,"n":2,"s":6,"lo":6,"hi":6,"d":1}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:24.000","k":"x","n":2,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:24.000","k":"y","n":1,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:24.000","k":"z","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:18.000","window_end":"2024-01-01 00:00:24.000","k":null,"n":2,"s":6,"lo":6,"hi":6,"d":1}
{"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:26.000","k":"x","n":2,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:26.000","k":"y","n":1,"s":5,"lo":5,"hi":5,"d":1}
{"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:26.000","k":"z","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:26.000","k":null,"n":2,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:22.000","window_end":"2024-01-01 00:00:28.000","k":"x","n":1,"s":null,"lo":null,"hi":null,"d":0}
{"window_start":"2024-01-01 00:00:22.000","window_end":"2024-01-01 00:00:28.000","k":"z","n":1,"s":3,"lo":3,"hi":3,"d":1}
{"window_start":"2024-01-01 00:00:22.000","window_end":"2024-01-01 00:00:28.000","k":null,"n":1,"s":2,"lo":2,"hi":2,"d":1}
{"window_start":"2024-01-01 00:00:24.000","window_end":"2024-01-01 00:00:30.000","k":null,"n":1,"s":2,"lo":2,"hi":2,"d":1}
*/
