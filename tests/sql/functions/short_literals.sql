-- literals of dates and times whose parts have one digit, and a TIMESTAMP without a time
SELECT DATE '2026-1-3' AS d, TIMESTAMP '2026-1-3 2:5:7' AS t, TIMESTAMP '2026-01-03' AS m, TIME '2:5:7' AS c, TIMESTAMP '2026-1-3 2:05:07.5' AS f FROM (VALUES (1)) AS v (a);
/* expect select_1
{"d":"2026-01-03","t":"2026-01-03 02:05:07","m":"2026-01-03 00:00:00","c":"02:05:07","f":"2026-01-03 02:05:07.5"}
*/
