-- OVERLAPS: spans in either order, with an interval, that touch; a NULL beside what decides
SELECT (t1, t2) OVERLAPS (t3, INTERVAL '1' DAY) AS o FROM (VALUES (TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-03 00:00:00', TIMESTAMP '2026-01-02 00:00:00')) AS t (t1, t2, t3);
SELECT (TIME '2:55:00', INTERVAL '1' HOUR) OVERLAPS (TIME '3:30:00', INTERVAL '2' HOUR) AS o FROM (VALUES (1)) AS t (a);
SELECT (d1, d2) OVERLAPS (d2, d3) AS o, (d3, d1) OVERLAPS (d2, d2) AS p, (d1, d1) OVERLAPS (d1, d1) AS q, (d1, d2) OVERLAPS (CAST(NULL AS DATE), d3) AS n FROM (VALUES (DATE '2026-01-01', DATE '2026-01-03', DATE '2026-01-05')) AS t (d1, d2, d3);
SELECT (d1, INTERVAL '1' MONTH) OVERLAPS (d2, d3) AS o FROM (VALUES (DATE '2026-01-01', DATE '2026-01-03', DATE '2026-01-05')) AS t (d1, d2, d3);
SELECT NOT (t1, t2) OVERLAPS (t2, t3) AS o FROM (VALUES (TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-03 00:00:00', TIMESTAMP '2026-01-04 00:00:00')) AS t (t1, t2, t3);
/* expect select_1
{"o":true}
*/
/* expect select_2
{"o":true}
*/
/* expect select_3
{"o":true,"p":true,"q":true,"n":false}
*/
/* expect select_4
{"o":true}
*/
/* expect select_5
{"o":false}
*/
