-- Whatever turns the partitions of both sides take, a temporal join into a versioned view, and into a view over OVER, meets the same versions.
CREATE TABLE due (flight INT, tail STRING, origin STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND) WITH ('connector' = 'inline', 'partitions' = '3', 'interleave' = 'any', 'format' = 'csv', 'rows' = '
1,N1,EWR,2024-01-01 00:00:10
2,N2,JFK,2024-01-01 00:00:20
3,N1,JFK,2024-01-01 00:00:20
4,N1,EWR,2024-01-01 00:00:30
5,N2,EWR,2024-01-01 00:00:40
6,N1,EWR,2024-01-01 00:00:50
7,N2,JFK,2024-01-01 00:00:50
8,N3,LGA,2024-01-01 00:01:00
');
CREATE TABLE landed (tail STRING, origin STRING, delay INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND) WITH ('connector' = 'inline', 'partitions' = '3', 'interleave' = 'any', 'format' = 'csv', 'rows' = '
N1,EWR,5,2024-01-01 00:00:05
N2,JFK,6,2024-01-01 00:00:06
N1,EWR,15,2024-01-01 00:00:15
N1,JFK,25,2024-01-01 00:00:25
N2,EWR,26,2024-01-01 00:00:26
N1,EWR,35,2024-01-01 00:00:35
N2,JFK,36,2024-01-01 00:00:36
N3,LGA,70,2024-01-01 00:01:10
');
CREATE VIEW leg AS SELECT tail, delay, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY tail ORDER BY ts DESC) AS n FROM landed) WHERE n = 1;
CREATE VIEW rolling AS SELECT origin, ts, COUNT(*) OVER w AS n, SUM(delay) OVER w AS total FROM landed
WINDOW w AS (PARTITION BY origin ORDER BY ts RANGE BETWEEN INTERVAL '20' SECOND PRECEDING AND CURRENT ROW);
CREATE VIEW origin_now AS SELECT origin, ts, n, total FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY origin ORDER BY ts DESC) AS r FROM rolling) WHERE r = 1;
SELECT d.flight, l.delay, o.n, o.total FROM due AS d
LEFT JOIN leg FOR SYSTEM_TIME AS OF d.ts AS l ON d.tail = l.tail
LEFT JOIN origin_now FOR SYSTEM_TIME AS OF d.ts AS o ON d.origin = o.origin;
SELECT tail, delay FROM leg;
/* expect select_1
{"flight":1,"delay":5,"n":1,"total":5}
{"flight":2,"delay":6,"n":1,"total":6}
{"flight":3,"delay":15,"n":1,"total":6}
{"flight":4,"delay":25,"n":2,"total":41}
{"flight":5,"delay":36,"n":3,"total":76}
{"flight":6,"delay":35,"n":3,"total":76}
{"flight":7,"delay":36,"n":2,"total":61}
{"flight":8,"delay":null,"n":null,"total":null}
*/
/* expect select_2
{"tail":"N1","delay":35}
{"tail":"N2","delay":36}
{"tail":"N3","delay":70}
*/
