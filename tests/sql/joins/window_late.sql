-- Rows whose window is over do not join, of either side; they are kept apart, as those of other windows are.
-- not for flink: which of its two inputs it reads first decides there what is late
CREATE TABLE t (k INT, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,1,2024-01-01 00:00:01
1,2,2024-01-01 00:00:06
1,3,2024-01-01 00:00:03
2,4,2024-01-01 00:00:12
2,5,2024-01-01 00:00:04
2,6,2024-01-01 00:00:09
2,7,2024-01-01 00:00:13
');
SELECT l.a, r.a AS b, l.window_end FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND))) AS l JOIN (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND))) AS r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end AND l.a <= r.a;
/* expect select_1
{"a":1,"b":1,"window_end":"2024-01-01 00:00:05.000"}
{"a":1,"b":3,"window_end":"2024-01-01 00:00:05.000"}
{"a":2,"b":2,"window_end":"2024-01-01 00:00:10.000"}
{"a":3,"b":3,"window_end":"2024-01-01 00:00:05.000"}
{"a":4,"b":4,"window_end":"2024-01-01 00:00:15.000"}
{"a":4,"b":7,"window_end":"2024-01-01 00:00:15.000"}
{"a":7,"b":7,"window_end":"2024-01-01 00:00:15.000"}
*/
/* expect t$late
{"k":2,"a":5,"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:05.000"}
{"k":2,"a":5,"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:05.000"}
{"k":2,"a":6,"window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:10.000"}
{"k":2,"a":6,"window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:10.000"}
*/
