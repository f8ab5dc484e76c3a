-- Patterns that make other engines try for minutes; characters of several bytes; empty matches; replacements stand for themselves, as in Flink 2.3; digits beyond all numbers in ROUND.
-- flink differs, select_1: its engine backtracks until the stack ends (decision 0121)
-- flink differs, select_3: it fails on patterns that cannot be used
SELECT REGEXP('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac', '^(a+)+$') AS never, REGEXP_REPLACE('äöü', '.', '<$0>') AS each_character, REGEXP_REPLACE('abc', 'x*', '-') AS gaps,
  REGEXP_REPLACE('k=v', '(\w)=(\w)', '$2=$1 $$') AS swapped, REGEXP('x', '(') AS invalid, ROUND(1.5, -2147483648) AS r, ROUND(15, -2147483648) AS i, TRUNCATE(CAST(1.5 AS DOUBLE), -2147483648) AS d;
SELECT REGEXP_REPLACE('1+1=2?', '\++', '-') AS plus, REGEXP_REPLACE('a*b+c', '[*+/-]', '.') AS in_class, REGEXP('\Rome', '\\Rome') AS escaped, REGEXP('ABC', '(?i)abc') AS any_case;
SELECT id, REGEXP_REPLACE('abab', p, '-') AS by_row FROM (VALUES (1, 'b'), (2, '(ab)\1'), (3, REPEAT('(', 60000)), (4, '[')) AS t(id, p);
/* expect select_2
{"plus":"1-1=2?","in_class":"a.b.c","escaped":true,"any_case":true}
*/
/* expect select_3
{"id":1,"by_row":"a-a-"}
{"id":2,"by_row":null}
{"id":3,"by_row":null}
{"id":4,"by_row":null}
*/
/* expect select_1
{"never":false,"each_character":"<$0><$0><$0>","gaps":"-a-b-c-","swapped":"$2=$1 $$","invalid":false,"r":"0","i":0,"d":0.0}
*/
