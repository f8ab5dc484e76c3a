-- Windows that are open, sessions that may still grow, rows that are late to them.
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE visits (id BIGINT, account STRING, page STRING, spent_ms BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'visits', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');

CREATE TABLE tumbled WITH ('connector' = 'kafka', 'topic' = 'tumbled', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, window_start, COUNT(*) AS n, COUNT(DISTINCT page) AS pages, SUM(spent_ms) AS spent_ms, MIN(spent_ms) AS least, MAX(page) AS page
FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '20' SECOND)) GROUP BY account, window_start, window_end;
CREATE TABLE hopping WITH ('connector' = 'kafka', 'topic' = 'hopping', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT page, window_start, window_end, COUNT(*) AS n, COUNT(DISTINCT account) AS accounts, AVG(spent_ms) AS mean, MAX(spent_ms) AS most
FROM TABLE(HOP(TABLE visits, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '40' SECOND)) GROUP BY page, window_start, window_end;
CREATE TABLE cumulated WITH ('connector' = 'kafka', 'topic' = 'cumulated', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT window_start, window_end, COUNT(*) AS n, COUNT(DISTINCT account) AS accounts
FROM TABLE(CUMULATE(TABLE visits, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '40' SECOND)) GROUP BY window_start, window_end;
CREATE TABLE sessions WITH ('connector' = 'kafka', 'topic' = 'sessions', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, window_start, window_end, COUNT(*) AS n, COUNT(DISTINCT page) AS pages, SUM(spent_ms) AS spent_ms, LISTAGG(page) AS path
FROM TABLE(SESSION(TABLE visits PARTITION BY account, DESCRIPTOR(ts), INTERVAL '8' SECOND)) GROUP BY account, window_start, window_end;
CREATE TABLE session_rows WITH ('connector' = 'kafka', 'topic' = 'session_rows', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT id, account, window_start, window_end FROM TABLE(SESSION(TABLE visits PARTITION BY account, DESCRIPTOR(ts), INTERVAL '8' SECOND));
CREATE TABLE older_form WITH ('connector' = 'kafka', 'topic' = 'older_form', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT account, TUMBLE_START(ts, INTERVAL '20' SECOND) AS begin_ts, COUNT(*) AS n FROM visits GROUP BY account, TUMBLE(ts, INTERVAL '20' SECOND);
CREATE TABLE older_sessions WITH ('connector' = 'kafka', 'topic' = 'older_sessions', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT page, SESSION_START(ts, INTERVAL '4' SECOND) AS begin_ts, SESSION_END(ts, INTERVAL '4' SECOND) AS end_ts, COUNT(*) AS n FROM visits GROUP BY page, SESSION(ts, INTERVAL '4' SECOND);
CREATE TABLE longest WITH ('connector' = 'kafka', 'topic' = 'longest', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT window_start, account, id, spent_ms FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, account ORDER BY spent_ms DESC, id) AS place
  FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '20' SECOND))) WHERE place <= 2;
CREATE TABLE busiest WITH ('connector' = 'kafka', 'topic' = 'busiest', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT window_start, account, n FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC, account) AS place
  FROM (SELECT account, window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '20' SECOND)) GROUP BY account, window_start, window_end)) WHERE place <= 2;
CREATE TABLE newest WITH ('connector' = 'kafka', 'topic' = 'newest', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT window_start, page, id FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, page ORDER BY ts DESC) AS place
  FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '20' SECOND))) WHERE place = 1;
CREATE TABLE two_levels WITH ('connector' = 'kafka', 'topic' = 'two_levels', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once') AS
SELECT window_start, SUM(n) AS n, COUNT(*) AS accounts FROM TABLE(TUMBLE(
  (SELECT account, window_time AS ts, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY account, window_start, window_end, window_time),
  DESCRIPTOR(ts), INTERVAL '40' SECOND)) GROUP BY window_start, window_end;
