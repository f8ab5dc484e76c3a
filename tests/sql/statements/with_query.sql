-- WITH queries, subqueries, star, unknown settings kept
SET 'table.exec.mini-batch.enabled' = 'true';
SET;
WITH a (x) AS (SELECT 1 UNION ALL SELECT 2), b AS (SELECT x + 1 AS y FROM a)
SELECT *, y * 2 AS twice FROM (SELECT b.* FROM b WHERE y > 2) AS q;
SELECT 'it''s' AS s, U&'\00e9' AS e, X'41ff' AS x, DATE '2024-02-29' AS d, TIMESTAMP '2024-01-01 00:00:00.5' AS t, INTERVAL '1 02:03:04.5' DAY TO SECOND AS i, INTERVAL '2-3' YEAR TO MONTH AS m, 1e0 AS f;
/* expect select_1
{"y":3,"twice":6}
*/
/* expect select_2
{"s":"it's","e":"é","x":"41ff","d":"2024-02-29","t":"2024-01-01 00:00:00.5","i":93784500,"m":27,"f":1.0}
*/
/* expect printed
'table.exec.mini-batch.enabled' = 'true'
*/
