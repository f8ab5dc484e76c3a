-- APPROX_COUNT_DISTINCT is no function of streams
SELECT APPROX_COUNT_DISTINCT(x) AS n FROM (VALUES (1)) AS t (x);
/* expect error
COUNT(DISTINCT x) is exact
*/
