-- Sessions of each key: a row exactly the gap behind still joins.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
t,NULL,2,2024-01-01 00:00:11
t,z,6,2024-01-01 00:00:17
t,NULL,4,2024-01-01 00:00:08
t,NULL,4,2024-01-01 00:00:15
t,NULL,NULL,2024-01-01 00:00:14
t,z,2,2024-01-01 00:00:17
t,z,6,2024-01-01 00:00:00
t,NULL,3,2024-01-01 00:00:22
t,y,1,2024-01-01 00:00:13
t,z,4,2024-01-01 00:00:20
t,NULL,5,2024-01-01 00:00:24
t,z,4,2024-01-01 00:00:17
t,x,1,2024-01-01 00:00:13
t,x,NULL,2024-01-01 00:00:12
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
SELECT window_start, window_end, k, COUNT(*) AS n, SUM(a) AS s, MIN(a) AS lo, MAX(a) AS hi, COUNT(DISTINCT a) AS d FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY window_start, window_end, k;
/* expect select_1
{"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:03.000","k":"z","n":1,"s":6,"lo":6,"hi":6,"d":1}
{"window_start":"2024-01-01 00:00:08.000","window_end":"2024-01-01 00:00:18.000","k":null,"n":4,"s":10,"lo":2,"hi":4,"d":2}
{"window_start":"2024-01-01 00:00:12.000","window_end":"2024-01-01 00:00:16.000","k":"x","n":2,"s":1,"lo":1,"hi":1,"d":1}
{"window_start":"2024-01-01 00:00:13.000","window_end":"2024-01-01 00:00:16.000","k":"y","n":1,"s":1,"lo":1,"hi":1,"d":1}
{"window_start":"2024-01-01 00:00:17.000","window_end":"2024-01-01 00:00:23.000","k":"z","n":4,"s":16,"lo":2,"hi":6,"d":3}
{"window_start":"2024-01-01 00:00:22.000","window_end":"2024-01-01 00:00:27.000","k":null,"n":2,"s":8,"lo":3,"hi":5,"d":2}
*/
