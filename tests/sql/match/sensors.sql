-- Repetitions by number, greedy and reluctant, sums and extremes of a variable in its own condition, rows before the last one, where the next match begins, and matches in windows.
CREATE TABLE readings (s STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'none', 'rows' = '
a,1,2024-01-01 00:00:01
a,2,2024-01-01 00:00:02
a,4,2024-01-01 00:00:03
a,3,2024-01-01 00:00:04
b,9,2024-01-01 00:00:04
a,5,2024-01-01 00:00:05
b,7,2024-01-01 00:00:05
a,7,2024-01-01 00:00:06
b,5,2024-01-01 00:00:06
a,6,2024-01-01 00:00:07
b,6,2024-01-01 00:00:07
a,2,2024-01-01 00:00:08
b,8,2024-01-01 00:00:08
a,8,2024-01-01 00:00:09
b,1,2024-01-01 00:00:09
a,9,2024-01-01 00:00:10
b,2,2024-01-01 00:00:10
a,1,2024-01-01 00:00:11
b,none,2024-01-01 00:00:11
a,1,2024-01-01 00:00:12
b,3,2024-01-01 00:00:12
a,3,2024-01-01 00:00:13
b,10,2024-01-01 00:00:13
a,0,2024-01-01 00:00:20
b,0,2024-01-01 00:00:20
');
-- two to three rises
SELECT * FROM readings MATCH_RECOGNIZE (
  PARTITION BY s ORDER BY ts
  MEASURES A.v AS low, LAST(U.v) AS high, COUNT(U.v) AS steps, E.v AS behind
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A U{2,3} E)
  DEFINE U AS U.v > LAST(U.v, 1) OR (LAST(U.v, 1) IS NULL AND U.v > A.v), E AS E.v IS NOT NULL);
SELECT * FROM readings MATCH_RECOGNIZE (
  PARTITION BY s ORDER BY ts
  MEASURES A.v AS low, LAST(U.v) AS high, COUNT(U.v) AS steps, E.v AS behind
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A U{2,3}? E)
  DEFINE U AS U.v > LAST(U.v, 1) OR (LAST(U.v, 1) IS NULL AND U.v > A.v), E AS E.v IS NOT NULL);
-- as many as have a sum below ten
SELECT * FROM readings MATCH_RECOGNIZE (
  PARTITION BY s ORDER BY ts
  MEASURES SUM(A.v) AS total, MIN(A.v) AS least, MAX(A.v) AS most, COUNT(*) AS n_rows, B.v AS behind
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS SUM(A.v) < 10, B AS TRUE);
-- falls and then rises, the next one from the lowest on
SELECT * FROM readings MATCH_RECOGNIZE (
  PARTITION BY s ORDER BY ts
  MEASURES S.ts AS began, LAST(D.v) AS bottom, LAST(U.v) AS top, LAST(D.v) - S.v AS fall
  AFTER MATCH SKIP TO LAST D
  PATTERN (S D+ U+ X)
  DEFINE D AS D.v < LAST(D.v, 1) OR (LAST(D.v, 1) IS NULL AND D.v < S.v), U AS U.v > LAST(U.v, 1) OR (LAST(U.v, 1) IS NULL AND U.v > LAST(D.v)), X AS X.v <= LAST(U.v));
-- the first and the second row of a variable, and one that nothing is asked of
SELECT * FROM readings MATCH_RECOGNIZE (
  PARTITION BY s ORDER BY ts
  MEASURES FIRST(A.v) AS first_v, FIRST(A.v, 1) AS second_v, LAST(A.v, 1) AS last_but_one, B.v AS b, C.v AS c, MATCH_ROWTIME() AS rt
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A{2} B C)
  DEFINE A AS A.v >= 2, C AS C.v < B.v AND C.v < AVG(A.v));
-- matches are rows with a time
CREATE TEMPORARY VIEW rises AS
  SELECT * FROM readings MATCH_RECOGNIZE (PARTITION BY s ORDER BY ts MEASURES MATCH_ROWTIME() AS rt, B.v AS v AFTER MATCH SKIP PAST LAST ROW PATTERN (A B) DEFINE B AS B.v > A.v);
SELECT window_end, COUNT(*) AS found, SUM(v) AS v FROM TABLE(TUMBLE(TABLE rises, DESCRIPTOR(rt), INTERVAL '5' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"s":"a","low":1,"high":4,"steps":2,"behind":3}
{"s":"a","low":2,"high":9,"steps":2,"behind":1}
*/
/* expect select_2
{"s":"a","low":1,"high":4,"steps":2,"behind":3}
{"s":"a","low":2,"high":9,"steps":2,"behind":1}
*/
/* expect select_3
{"s":"a","total":5,"least":5,"most":5,"n_rows":2,"behind":7}
{"s":"a","total":7,"least":1,"most":4,"n_rows":4,"behind":3}
{"s":"a","total":8,"least":2,"most":6,"n_rows":3,"behind":8}
{"s":"a","total":9,"least":9,"most":9,"n_rows":2,"behind":1}
*/
/* expect select_4
{"s":"a","began":"2024-01-01 00:00:03.000","bottom":3,"top":7,"fall":-1}
{"s":"a","began":"2024-01-01 00:00:06.000","bottom":2,"top":9,"fall":-5}
*/
/* expect select_5
{"s":"a","first_v":2,"second_v":8,"last_but_one":2,"b":9,"c":1,"rt":"2024-01-01 00:00:11.000"}
{"s":"a","first_v":5,"second_v":7,"last_but_one":5,"b":6,"c":2,"rt":"2024-01-01 00:00:08.000"}
*/
/* expect select_6
{"window_end":"2024-01-01 00:00:05.000","found":1,"v":2}
{"window_end":"2024-01-01 00:00:10.000","found":2,"v":13}
{"window_end":"2024-01-01 00:00:15.000","found":1,"v":3}
*/
