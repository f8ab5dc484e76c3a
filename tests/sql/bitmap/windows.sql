-- in windows that tumble, hop, grow and follow one another
CREATE TABLE t (id INT, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"n":1,"ts":"2026-01-01 00:00:01"}
{"id":2,"n":-1,"ts":"2026-01-01 00:00:04"}
{"id":3,"n":1,"ts":"2026-01-01 00:00:06"}
{"id":4,"n":7,"ts":"2026-01-01 00:00:09"}
{"id":5,"n":null,"ts":"2026-01-01 00:00:21"}
{"id":6,"n":5,"ts":"2026-01-01 00:00:29"}
');
SELECT window_start, BITMAP_BUILD_AGG(n) AS b, BITMAP_BUILD_CARDINALITY_AGG(n) AS c FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end;
SELECT window_start, BITMAP_BUILD_AGG(n) AS b, BITMAP_AND_AGG(BITMAP_BUILD(ARRAY[n, 1])) AS a, BITMAP_OR_AGG(BITMAP_BUILD(ARRAY[n])) AS o, BITMAP_XOR_AGG(BITMAP_BUILD(ARRAY[n])) AS x FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
SELECT window_end, BITMAP_BUILD_AGG(n) AS b, BITMAP_XOR_CARDINALITY_AGG(BITMAP_BUILD(ARRAY[n])) AS x FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
SELECT window_start, BITMAP_BUILD_AGG(n) AS b FROM TABLE(SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"2026-01-01 00:00:00.000","b":"{1,4294967295}","c":2}
{"window_start":"2026-01-01 00:00:05.000","b":"{1,7}","c":2}
{"window_start":"2026-01-01 00:00:20.000","b":null,"c":null}
{"window_start":"2026-01-01 00:00:25.000","b":"{5}","c":1}
*/
/* expect select_2
{"window_start":"2025-12-31 23:59:55.000","b":"{1,4294967295}","a":"{1}","o":"{1,4294967295}","x":"{1,4294967295}"}
{"window_start":"2026-01-01 00:00:00.000","b":"{1,7,4294967295}","a":"{1}","o":"{1,7,4294967295}","x":"{7,4294967295}"}
{"window_start":"2026-01-01 00:00:05.000","b":"{1,7}","a":"{1}","o":"{1,7}","x":"{1,7}"}
{"window_start":"2026-01-01 00:00:15.000","b":null,"a":"{1}","o":"{}","x":"{}"}
{"window_start":"2026-01-01 00:00:20.000","b":"{5}","a":"{1}","o":"{5}","x":"{5}"}
{"window_start":"2026-01-01 00:00:25.000","b":"{5}","a":"{1,5}","o":"{5}","x":"{5}"}
*/
/* expect select_3
{"window_end":"2026-01-01 00:00:05.000","b":"{1,4294967295}","x":2}
{"window_end":"2026-01-01 00:00:10.000","b":"{1,7,4294967295}","x":2}
{"window_end":"2026-01-01 00:00:25.000","b":null,"x":0}
{"window_end":"2026-01-01 00:00:30.000","b":"{5}","x":1}
*/
/* expect select_4
{"window_start":"2026-01-01 00:00:01.000","b":"{1,7,4294967295}"}
{"window_start":"2026-01-01 00:00:21.000","b":null}
{"window_start":"2026-01-01 00:00:29.000","b":"{5}"}
*/
