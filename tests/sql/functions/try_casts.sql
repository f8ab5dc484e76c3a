-- TRY_CAST: NULL where CAST fails
SELECT
  TRY_CAST('abc' AS INT) AS a,
  TRY_CAST('5' AS INT) AS b,
  TRY_CAST('x' AS BOOLEAN) AS c,
  TRY_CAST('2024-02-30' AS DATE) AS d,
  TRY_CAST('25:00:00' AS TIME) AS e;
SELECT
  TRY_CAST('x' AS TIMESTAMP(3)) AS a,
  TRY_CAST(ARRAY['1','x'] AS ARRAY<INT>) AS b,
  TRY_CAST(1e20 AS INT) AS c,
  TRY_CAST(12345 AS DECIMAL(4,0)) AS d;

/* expect select_1
{"a":null,"b":5,"c":null,"d":null,"e":null}
*/
/* expect select_2
{"a":null,"b":null,"c":2147483647,"d":null}
*/
