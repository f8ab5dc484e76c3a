-- What another statement of the set sends to shards changes no window: a watermark waits for the rows in front of it, whoever sends them
CREATE TABLE l0 (n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"n":1,"ts":"1969-12-31 23:59:59.999"}
{"n":2,"ts":"1970-01-01 00:00:00.999"}
{"n":1,"ts":"1970-01-01 00:00:05.998"}
{"n":2,"ts":"1970-01-01 00:01:03.986"}
');
CREATE TABLE r0 (d2 INT) WITH ('connector' = 'print');
CREATE TABLE r10 (ws TIMESTAMP(3), we TIMESTAMP(3), c BIGINT) WITH ('connector' = 'print');
CREATE VIEW v AS SELECT n, window_time AS wt, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE l0, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY n, window_start, window_end, window_time;
EXECUTE STATEMENT SET BEGIN
INSERT INTO r0 SELECT DISTINCT d2 FROM (SELECT SUM(n) AS d2 FROM l0);
INSERT INTO r10 SELECT window_start, window_end, SUM(c) FROM TABLE(SESSION(TABLE v, DESCRIPTOR(wt), INTERVAL '1' SECOND)) GROUP BY window_start, window_end;
END;
/* expect r0
{"d2":6}
*/
/* expect r10
{"ws":"1969-12-31 23:59:59.999","we":"1970-01-01 00:00:00.999","c":1}
{"ws":"1970-01-01 00:00:00.999","we":"1970-01-01 00:00:01.999","c":1}
{"ws":"1970-01-01 00:00:05.999","we":"1970-01-01 00:00:06.999","c":1}
{"ws":"1970-01-01 00:01:03.999","we":"1970-01-01 00:01:04.999","c":1}
*/
