-- LIKE and SIMILAR TO
SELECT
  'abc' SIMILAR TO '(a|x)bc' AS a,
  'abc' SIMILAR TO 'a%' AS b,
  'abc' SIMILAR TO 'a_c' AS c,
  'abc' SIMILAR TO 'ab' AS d,
  'abc' SIMILAR TO 'a.c' AS e;
SELECT
  'abc' SIMILAR TO '[a-c]{3}' AS a,
  'abc' SIMILAR TO '[[:ALPHA:]]+' AS b,
  'a%c' SIMILAR TO 'a!%c' ESCAPE '!' AS c,
  'a|c' SIMILAR TO 'a\|c' AS d,
  'abc' SIMILAR TO '[^x]bc' AS e;
SELECT
  'abc' NOT SIMILAR TO 'x%' AS a,
  'a_b' LIKE 'a!_b' ESCAPE '!' AS b,
  'a\b' LIKE 'a\b' AS c,
  'é' LIKE '_' AS d,
  '😀' LIKE '_' AS e;

/* expect select_1
{"a":true,"b":true,"c":true,"d":false,"e":true}
*/
/* expect select_2
{"a":true,"b":true,"c":true,"d":false,"e":true}
*/
/* expect select_3
{"a":true,"b":true,"c":true,"d":true,"e":true}
*/
