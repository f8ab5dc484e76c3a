-- Where the next match may begin, how often a variable may come, and how long a match may last.
CREATE TABLE t (id INT, v STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,a,2024-01-01 00:00:01
2,a,2024-01-01 00:00:02
3,a,2024-01-01 00:00:03
4,b,2024-01-01 00:00:04
5,a,2024-01-01 00:00:10
6,b,2024-01-01 00:00:20
7,b,2024-01-01 00:00:21
');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES FIRST(A.id) AS f, B.id AS l AFTER MATCH SKIP TO NEXT ROW PATTERN (A+ B) DEFINE A AS v = 'a', B AS v = 'b');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES FIRST(A.id) AS f, B.id AS l AFTER MATCH SKIP PAST LAST ROW PATTERN (A+ B) DEFINE A AS v = 'a', B AS v = 'b');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES FIRST(A.id) AS f, B.id AS l PATTERN (A{2} B) DEFINE A AS v = 'a', B AS v = 'b');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES FIRST(A.id) AS f, B.id AS l PATTERN (A{1,2} B{2}) DEFINE A AS v = 'a', B AS v = 'b');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES FIRST(A.id) AS f, B.id AS l PATTERN (A+ B) WITHIN INTERVAL '5' SECOND DEFINE A AS v = 'a', B AS v = 'b');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS f, C.id AS l AFTER MATCH SKIP TO FIRST C PATTERN (A X? C) DEFINE A AS v = 'a', X AS v = 'a', C AS v = 'a' OR v = 'b');
SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES LAST(id) AS l, SUM(id) AS total PATTERN (A B) DEFINE B AS B.id - A.id = 1 AND B.v = 'b');
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE((SELECT * FROM t MATCH_RECOGNIZE (ORDER BY ts MEASURES MATCH_ROWTIME() AS rt PATTERN (A B) DEFINE A AS v = 'a', B AS v = 'b')), DESCRIPTOR(rt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"f":1,"l":4}
{"f":2,"l":4}
{"f":3,"l":4}
{"f":5,"l":6}
*/
/* expect select_2
{"f":1,"l":4}
{"f":5,"l":6}
*/
/* expect select_3
{"f":2,"l":4}
*/
/* expect select_4
{"f":5,"l":7}
*/
/* expect select_5
{"f":1,"l":4}
{"f":2,"l":4}
{"f":3,"l":4}
*/
/* expect select_6
{"f":1,"l":2}
{"f":2,"l":3}
{"f":3,"l":4}
{"f":5,"l":6}
*/
/* expect select_7
{"l":4,"total":7}
{"l":6,"total":11}
{"l":7,"total":13}
*/
/* expect select_8
{"window_start":"2024-01-01 00:00:00.000","n":1}
{"window_start":"2024-01-01 00:00:20.000","n":1}
*/
