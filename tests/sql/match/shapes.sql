-- MATCH_RECOGNIZE finds falls and rises, averages below a bound, and follows greedy and reluctant repetitions; unsaid, the next match begins at the next row.
CREATE TABLE ticker (symbol STRING, price DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
A,12,2011-04-01 10:00:00
A,17,2011-04-01 10:00:01
A,21,2011-04-01 10:00:03
A,19,2011-04-01 10:00:02
A,25,2011-04-01 10:00:04
A,18,2011-04-01 10:00:05
A,15,2011-04-01 10:00:06
A,14,2011-04-01 10:00:07
A,24,2011-04-01 10:00:08
A,25,2011-04-01 10:00:09
A,19,2011-04-01 10:00:10
B,12,2011-04-01 10:00:10
B,17,2011-04-01 10:00:11
B,13,2011-04-01 10:00:12
B,16,2011-04-01 10:00:13
B,25,2011-04-01 10:00:14
B,2,2011-04-01 10:00:15
B,4,2011-04-01 10:00:16
B,10,2011-04-01 10:00:17
B,15,2011-04-01 10:00:18
B,25,2011-04-01 10:00:19
B,25,2011-04-01 10:00:20
B,30,2011-04-01 10:00:21
C,10,2011-04-01 10:00:22
C,11,2011-04-01 10:00:23
C,12,2011-04-01 10:00:24
C,13,2011-04-01 10:00:25
C,14,2011-04-01 10:00:26
C,16,2011-04-01 10:00:27
');
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol ORDER BY ts
  MEASURES START_ROW.ts AS began, LAST(PRICE_DOWN.ts) AS bottom, LAST(PRICE_UP.ts) AS ended, COUNT(*) AS n_rows, MATCH_ROWTIME() AS rt
  ONE ROW PER MATCH AFTER MATCH SKIP TO LAST PRICE_UP
  PATTERN (START_ROW PRICE_DOWN+ PRICE_UP)
  DEFINE PRICE_DOWN AS (LAST(PRICE_DOWN.price, 1) IS NULL AND PRICE_DOWN.price < START_ROW.price) OR PRICE_DOWN.price < LAST(PRICE_DOWN.price, 1),
         PRICE_UP AS PRICE_UP.price > LAST(PRICE_DOWN.price, 1)
) WHERE symbol = 'A';
SELECT T.symbol, T.first_price, T.average, T.closed FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol ORDER BY ts
  MEASURES FIRST(A.price) AS first_price, AVG(A.price) AS average, B.price AS closed
  ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B) DEFINE A AS AVG(A.price) < 15
) AS T WHERE symbol = 'B';
SELECT * FROM ticker MATCH_RECOGNIZE (PARTITION BY symbol ORDER BY ts MEASURES C.price AS last_price PATTERN (A B* C) DEFINE A AS A.price > 10, B AS B.price < 15, C AS C.price > 12) WHERE symbol = 'C';
SELECT * FROM ticker MATCH_RECOGNIZE (PARTITION BY symbol ORDER BY ts MEASURES C.price AS last_price PATTERN (A B*? C) DEFINE A AS A.price > 10, B AS B.price < 15, C AS C.price > 12) WHERE symbol = 'C';
/* expect changelog select_1
{"op":"+I","symbol":"A","began":"2011-04-01 10:00:04.000","bottom":"2011-04-01 10:00:07.000","ended":"2011-04-01 10:00:08.000","n_rows":5,"rt":"2011-04-01 10:00:08.000"}
*/
/* expect changelog select_2
{"op":"+I","symbol":"B","first_price":12.0,"average":14.5,"closed":25.0}
{"op":"+I","symbol":"B","first_price":2.0,"average":13.5,"closed":30.0}
*/
/* expect select_3
{"symbol":"C","last_price":16.0}
{"symbol":"C","last_price":16.0}
{"symbol":"C","last_price":16.0}
{"symbol":"C","last_price":16.0}
*/
/* expect select_4
{"symbol":"C","last_price":13.0}
{"symbol":"C","last_price":13.0}
{"symbol":"C","last_price":14.0}
{"symbol":"C","last_price":16.0}
*/
