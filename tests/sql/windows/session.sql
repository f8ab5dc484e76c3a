-- Sessions grow and merge as rows come, exactly a gap apart still joins, a late row is taken while a session that it would join is open; both ways to write them.
CREATE TABLE t (k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
x,1,2024-01-01 00:00:01
x,2,2024-01-01 00:00:11
y,5,2024-01-01 00:00:04
x,4,2024-01-01 00:00:06
x,9,2024-01-01 00:00:02
y,7,2024-01-01 00:00:30
y,8,2024-01-01 00:00:27
');
SELECT k, window_start, window_end, COUNT(*) AS n, SUM(a) AS s FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end;
SELECT k, SESSION_START(ts, INTERVAL '5' SECOND) AS b, SESSION_END(ts, INTERVAL '5' SECOND) AS e, COUNT(*) AS n FROM t GROUP BY k, SESSION(ts, INTERVAL '5' SECOND);
SELECT TUMBLE_END(ts, INTERVAL '10' SECOND) AS e, TUMBLE_START(ts, INTERVAL '10' SECOND) IS NULL AS odd, SUM(a) AS s FROM t WHERE k = 'y' GROUP BY TUMBLE(ts, INTERVAL '10' SECOND);
/* expect changelog select_1
{"op":"+I","k":"x","window_start":"2024-01-01 00:00:01.000","window_end":"2024-01-01 00:00:06.000","n":1,"s":1}
{"op":"+I","k":"x","window_start":"2024-01-01 00:00:02.000","window_end":"2024-01-01 00:00:16.000","n":3,"s":15}
{"op":"+I","k":"y","window_start":"2024-01-01 00:00:27.000","window_end":"2024-01-01 00:00:35.000","n":2,"s":15}
*/
/* expect select_2
{"k":"x","b":"2024-01-01 00:00:01.000","e":"2024-01-01 00:00:06.000","n":1}
{"k":"x","b":"2024-01-01 00:00:02.000","e":"2024-01-01 00:00:16.000","n":3}
{"k":"y","b":"2024-01-01 00:00:27.000","e":"2024-01-01 00:00:35.000","n":2}
*/
/* expect select_3
{"e":"2024-01-01 00:00:10.000","odd":false,"s":5}
{"e":"2024-01-01 00:00:30.000","odd":false,"s":8}
{"e":"2024-01-01 00:00:40.000","odd":false,"s":7}
*/
/* expect t$late
{"k":"y","a":5,"ts":"2024-01-01 00:00:04.000"}
*/
/* expect t$late_2
{"k":"y","ts":"2024-01-01 00:00:04.000"}
*/
