-- A pattern in the order of processing time sees rows as they come; MATCH_PROCTIME() is a processing time again.
-- flink differs, select_1: it loses rows that wait for the clock at the end of the input
CREATE TABLE t (k STRING, v INT, p AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,9
a,2
a,5
b,3
a,1
');
SELECT k, first_v, last_v FROM t MATCH_RECOGNIZE (
  PARTITION BY k ORDER BY p
  MEASURES A.v AS first_v, B.v AS last_v, MATCH_PROCTIME() AS mp
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B) DEFINE B AS B.v > A.v);
SELECT k, COUNT(*) AS n FROM TABLE(TUMBLE((SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY p MEASURES MATCH_PROCTIME() AS mp PATTERN (A) DEFINE A AS A.v < 9)), DESCRIPTOR(mp), INTERVAL '1' DAY)) GROUP BY k, window_start, window_end;
/* expect select_1
{"k":"a","first_v":1,"last_v":2}
*/
/* expect select_2
{"k":"a","n":4}
{"k":"b","n":1}
*/
