-- SPLIT, SPLIT_INDEX, STR_TO_MAP, ELT, TRANSLATE
SELECT
  SPLIT('a,b,,c', ',') AS a,
  SPLIT('abc', '') AS b,
  SPLIT('', ',') AS c,
  SPLIT('a', ',') AS d,
  SPLIT(',', ',') AS e;
SELECT
  SPLIT('aXXb', 'XX') AS a,
  SPLIT(CAST(NULL AS STRING), ',') AS b,
  SPLIT('a.b', '.') AS c,
  STR_TO_MAP('a=1,b=2') AS d,
  STR_TO_MAP('a=1,b') AS e;
SELECT
  STR_TO_MAP('') AS a,
  STR_TO_MAP('a:1;b:2', ';', ':') AS b,
  STR_TO_MAP('a=1=2,b=') AS c,
  STR_TO_MAP('a=1,,b=2') AS d,
  STR_TO_MAP('a|b', '|', ':') AS e;
SELECT
  STR_TO_MAP('a1b22c', '[0-9]+', ':') AS a,
  ELT(1, 'a', 'b') AS b,
  ELT(3, 'a', 'b') AS c,
  ELT(0, 'a', 'b') AS d,
  ELT(2, X'41', X'42') AS e;
SELECT
  ELT(CAST(NULL AS INT), 'a') AS a,
  ELT(1, 'a', CAST(NULL AS STRING)) AS b,
  TRANSLATE('hello', 'el', 'ip') AS c,
  TRANSLATE('hello', 'elo', 'i') AS d,
  TRANSLATE('hello', '', 'x') AS e;
SELECT
  TRANSLATE('hello', 'll', 'xy') AS a,
  TRANSLATE('héllo', 'é', 'e') AS b,
  TRANSLATE('hello', 'l', CAST(NULL AS STRING)) AS c,
  TRANSLATE('hello', CAST(NULL AS STRING), 'l') AS d,
  TRANSLATE3('hello', 'el', 'ip') AS e;
SELECT
  SPLIT_INDEX('a,b,c', ',', 1) AS a,
  SPLIT_INDEX('a,b,c', ',', 5) AS b,
  SPLIT_INDEX('a,b,c', 44, 1) AS c,
  SPLIT_INDEX('aXXbXXc', 'XX', 1) AS d,
  SPLIT_INDEX('abc', '', 0) AS e;
SELECT
  SPLIT_INDEX('', ',', 0) AS a,
  SPLIT_INDEX('a b', '', 1) AS b;

/* expect select_1
{"a":["a","b","","c"],"b":["a","b","c"],"c":[],"d":["a"],"e":["",""]}
*/
/* expect select_2
{"a":["a","b"],"b":null,"c":["a","b"],"d":[["a","1"],["b","2"]],"e":[["a","1"],["b",null]]}
*/
/* expect select_3
{"a":[],"b":[["a","1"],["b","2"]],"c":[["a","1=2"],["b",""]],"d":[["",null],["a","1"],["b","2"]],"e":[["a",null],["b",null],["|",null]]}
*/
/* expect select_4
{"a":[["a",null],["b",null],["c",null]],"b":"a","c":null,"d":null,"e":"42"}
*/
/* expect select_5
{"a":null,"b":"a","c":"hippo","d":"hi","e":"hello"}
*/
/* expect select_6
{"a":"hexxo","b":"hello","c":"heo","d":"hello","e":"hippo"}
*/
/* expect select_7
{"a":"b","b":null,"c":"b","d":"b","e":"abc"}
*/
/* expect select_8
{"a":null,"b":"b"}
*/
