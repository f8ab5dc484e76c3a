-- Rows of sessions come out with the bounds when the session is over; ranked, and grouped by something else than what they are sessions of.
CREATE TABLE t (k STRING, v STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '3' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
x,p,1,2024-01-01 00:00:01
x,q,2,2024-01-01 00:00:04
y,p,3,2024-01-01 00:00:02
x,p,4,2024-01-01 00:00:09
x,p,5,2024-01-01 00:00:07
y,q,6,2024-01-01 00:00:20
x,q,7,2024-01-01 00:00:03
');
SELECT k, v, a, window_start, window_end FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND));
SELECT k, a, window_end FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY a DESC) AS rn FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND))) WHERE rn = 1;
SELECT v, window_start, COUNT(*) AS n FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY v, window_start, window_end;
/* expect select_1
{"k":"x","v":"p","a":1,"window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:12.000"}
{"k":"x","v":"p","a":4,"window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:12.000"}
{"k":"x","v":"p","a":5,"window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:12.000"}
{"k":"x","v":"q","a":2,"window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:12.000"}
{"k":"y","v":"p","a":3,"window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:05.000"}
{"k":"y","v":"q","a":6,"window_start":"2024-01-01 00:00:20.000","window_end":"2024-01-01 00:00:23.000"}
*/
/* expect select_2
{"k":"x","a":5,"window_end":"2024-01-01 00:00:12.000"}
{"k":"y","a":3,"window_end":"2024-01-01 00:00:05.000"}
{"k":"y","a":6,"window_end":"2024-01-01 00:00:23.000"}
*/
/* expect select_3
{"v":"p","window_start":"2024-01-01 00:00:01.000","n":3}
{"v":"p","window_start":"2024-01-01 00:00:02.000","n":1}
{"v":"q","window_start":"2024-01-01 00:00:01.000","n":1}
{"v":"q","window_start":"2024-01-01 00:00:20.000","n":1}
*/
