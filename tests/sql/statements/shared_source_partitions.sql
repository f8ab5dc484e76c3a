-- A source that two statements share, one with and one without rows that may be late, waits for all its partitions in both.
CREATE TABLE landed (tail STRING, delay INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND) WITH ('connector' = 'inline', 'partitions' = '3', 'interleave' = 'any', 'format' = 'csv', 'rows' = '
N1,5,2024-01-01 00:00:05
N2,6,2024-01-01 00:00:06
N1,15,2024-01-01 00:00:15
N1,25,2024-01-01 00:00:25
N2,26,2024-01-01 00:00:26
N1,35,2024-01-01 00:00:35
');
CREATE TABLE plain (tail STRING, delay INT, ts TIMESTAMP(3)) WITH ('connector' = 'print');
CREATE TABLE so_far (tail STRING, delay INT, total INT, ts TIMESTAMP(3)) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO plain SELECT tail, delay, ts FROM landed;
INSERT INTO so_far SELECT tail, delay, SUM(delay) OVER (PARTITION BY tail ORDER BY ts), ts FROM landed;
END;
/* expect so_far
{"tail":"N1","delay":15,"total":20,"ts":"2024-01-01 00:00:15.000"}
{"tail":"N1","delay":25,"total":45,"ts":"2024-01-01 00:00:25.000"}
{"tail":"N1","delay":35,"total":80,"ts":"2024-01-01 00:00:35.000"}
{"tail":"N1","delay":5,"total":5,"ts":"2024-01-01 00:00:05.000"}
{"tail":"N2","delay":26,"total":32,"ts":"2024-01-01 00:00:26.000"}
{"tail":"N2","delay":6,"total":6,"ts":"2024-01-01 00:00:06.000"}
*/
