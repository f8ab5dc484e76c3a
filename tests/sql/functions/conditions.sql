-- three-valued logic, comparison, conditionals
SELECT
  ROW(1,'a') = ROW(1,'a') AS a,
  GREATEST(1, 2.5) AS b,
  GREATEST('a', 'b') AS c,
  GREATEST(1, CAST(NULL AS INT)) AS d,
  LEAST(DATE '2024-01-01', DATE '2023-01-01') AS e;
SELECT
  NULLIF(1, 1) AS a,
  NULLIF(1, 1.0) AS b,
  NULLIF('a', 'b') AS c,
  COALESCE(CAST(NULL AS INT), 1, 2) AS d,
  COALESCE(CAST(NULL AS INT), 1.5) AS e;
SELECT
  IFNULL(CAST(NULL AS INT), 7) AS a,
  IF(TRUE, 1, 2.5) AS b,
  CASE WHEN 1 = 2 THEN 'a' END AS c,
  CASE 3 WHEN 1 THEN 'a' WHEN 3 THEN 'bcd' ELSE 'x' END AS d,
  TRUE AND CAST(NULL AS BOOLEAN) AS e;
SELECT
  CAST(NULL AS BOOLEAN) IS UNKNOWN AS a,
  'a' < 'B' AS b,
  'é' > 'z' AS c,
  X'41' = X'41' AS d,
  X'41' < X'4200' AS e;

/* expect select_1
{"a":true,"b":"2.5","c":"b","d":null,"e":"2023-01-01"}
*/
/* expect select_2
{"a":null,"b":null,"c":"a","d":1,"e":"1.5"}
*/
/* expect select_3
{"a":7,"b":"1.0","c":null,"d":"bcd","e":null}
*/
/* expect select_4
{"a":true,"b":false,"c":true,"d":true,"e":true}
*/
