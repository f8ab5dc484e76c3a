-- Patterns that make other engines try for minutes; characters of several bytes; empty matches; groups in replacements; digits beyond all numbers in ROUND.
SELECT REGEXP('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac', '^(a+)+$') AS never, REGEXP_REPLACE('äöü', '.', '<$0>') AS each_character, REGEXP_REPLACE('abc', 'x*', '-') AS gaps,
  REGEXP_REPLACE('k=v', '(\w)=(\w)', '$2=$1 $$') AS swapped, REGEXP('x', '(') AS invalid, ROUND(1.5, -2147483648) AS r, ROUND(15, -2147483648) AS i, TRUNCATE(CAST(1.5 AS DOUBLE), -2147483648) AS d;
/* expect select_1
{"never":false,"each_character":"<ä><ö><ü>","gaps":"-a-b-c-","swapped":"v=k $","invalid":null,"r":"0","i":0,"d":0.0}
*/
