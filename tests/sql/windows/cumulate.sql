-- CUMULATE shows every step from the first row on, also unchanged ones
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,1970-01-01 00:00:06
2,1970-01-01 00:00:17
');
SELECT window_start, window_end, SUM(v) AS s FROM TABLE(CUMULATE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), STEP => INTERVAL '5' SECOND, SIZE => INTERVAL '20' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"1970-01-01 00:00:00.000","window_end":"1970-01-01 00:00:10.000","s":1}
{"window_start":"1970-01-01 00:00:00.000","window_end":"1970-01-01 00:00:15.000","s":1}
{"window_start":"1970-01-01 00:00:00.000","window_end":"1970-01-01 00:00:20.000","s":3}
*/
