-- Rows of windows that touch are one session only where the watermark had not passed between them, whatever batches they came in.
CREATE TABLE t (k INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"k": 5, "ts": "2024-01-01 00:00:26.998"}
{"k": 3, "ts": "2024-01-01 00:00:29.998"}
{"k": 3, "ts": "2024-01-01 00:00:31.998"}
{"k": 5, "ts": "2024-01-01 00:00:40.998"}
');
CREATE VIEW counted AS SELECT k, window_time AS wt, COUNT(*) AS n FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '8' SECOND, INTERVAL '-1' SECOND)) GROUP BY k, window_start, window_end, window_time;
CREATE VIEW tumbled AS SELECT k, window_time AS wt, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY k, window_start, window_end, window_time;
CREATE VIEW sessions AS SELECT k, window_time AS wt, COUNT(*) AS n FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end, window_time;
CREATE VIEW firsts AS SELECT k, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, FLOOR(ts TO SECOND) ORDER BY ts) AS rn FROM t) WHERE rn = 1;
CREATE VIEW sums AS SELECT k, ts, COUNT(*) OVER (PARTITION BY k ORDER BY ts) AS n FROM t;
SELECT window_start, window_end, SUM(n) AS n FROM TABLE(SESSION(TABLE counted, DESCRIPTOR(wt), INTERVAL '2' SECOND)) GROUP BY window_start, window_end;
SELECT k, window_start, window_end, SUM(n) AS n FROM TABLE(SESSION(TABLE tumbled PARTITION BY k, DESCRIPTOR(wt), INTERVAL '2' SECOND)) GROUP BY k, window_start, window_end;
SELECT window_start, window_end, SUM(n) AS n FROM TABLE(SESSION(TABLE sessions, DESCRIPTOR(wt), INTERVAL '3' SECOND)) GROUP BY window_start, window_end;
SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(SESSION(TABLE firsts, DESCRIPTOR(ts), INTERVAL '2' SECOND)) GROUP BY window_start, window_end;
SELECT window_start, window_end, SUM(n) AS n FROM TABLE(SESSION(TABLE sums, DESCRIPTOR(ts), INTERVAL '2' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"2024-01-01 00:00:26.999","window_end":"2024-01-01 00:00:28.999","n":1}
{"window_start":"2024-01-01 00:00:28.999","window_end":"2024-01-01 00:00:30.999","n":1}
{"window_start":"2024-01-01 00:00:30.999","window_end":"2024-01-01 00:00:48.999","n":10}
*/
/* expect select_2
{"k":3,"window_start":"2024-01-01 00:00:29.999","window_end":"2024-01-01 00:00:33.999","n":2}
{"k":5,"window_start":"2024-01-01 00:00:26.999","window_end":"2024-01-01 00:00:28.999","n":1}
{"k":5,"window_start":"2024-01-01 00:00:40.999","window_end":"2024-01-01 00:00:42.999","n":1}
*/
/* expect select_3
{"window_start":"2024-01-01 00:00:29.997","window_end":"2024-01-01 00:00:32.997","n":1}
{"window_start":"2024-01-01 00:00:34.997","window_end":"2024-01-01 00:00:37.997","n":2}
{"window_start":"2024-01-01 00:00:43.997","window_end":"2024-01-01 00:00:46.997","n":1}
*/
/* expect select_4
{"window_start":"2024-01-01 00:00:26.998","window_end":"2024-01-01 00:00:28.998","n":1}
{"window_start":"2024-01-01 00:00:29.998","window_end":"2024-01-01 00:00:33.998","n":2}
{"window_start":"2024-01-01 00:00:40.998","window_end":"2024-01-01 00:00:42.998","n":1}
*/
/* expect select_5
{"window_start":"2024-01-01 00:00:26.998","window_end":"2024-01-01 00:00:28.998","n":1}
{"window_start":"2024-01-01 00:00:29.998","window_end":"2024-01-01 00:00:33.998","n":3}
{"window_start":"2024-01-01 00:00:40.998","window_end":"2024-01-01 00:00:42.998","n":2}
*/
