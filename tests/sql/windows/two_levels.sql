-- a window aggregate over a window aggregate: the maximum of counts, by the same windows
CREATE TABLE t (k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1970-01-01 00:00:01
a,1970-01-01 00:00:02
b,1970-01-01 00:00:03
b,1970-01-01 00:00:13
a,1970-01-01 00:00:14
');
CREATE VIEW counts AS SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
SELECT window_start, window_end, MAX(n) AS best, COUNT(*) AS ks FROM counts GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"1970-01-01 00:00:00.000","window_end":"1970-01-01 00:00:10.000","best":2,"ks":2}
{"window_start":"1970-01-01 00:00:10.000","window_end":"1970-01-01 00:00:20.000","best":1,"ks":2}
*/
