-- IS JSON, JSON_QUOTE, JSON_UNQUOTE
SELECT
  '1' IS JSON AS a,
  '{' IS JSON AS b,
  '' IS JSON AS c,
  ' {"a":1} ' IS JSON AS d,
  '{"a":1}' IS JSON OBJECT AS e;
SELECT
  '[1]' IS JSON ARRAY AS a,
  '1' IS JSON SCALAR AS b,
  'null' IS JSON AS c,
  'null' IS JSON SCALAR AS d,
  '{"a":1}' IS NOT JSON ARRAY AS e;
SELECT
  CAST(NULL AS STRING) IS JSON AS a,
  CAST(NULL AS STRING) IS NOT JSON AS b,
  'abc' IS JSON AS c,
  '1 2' IS JSON AS d,
  '{"a":1}x' IS JSON AS e;
SELECT
  '[1,]' IS JSON AS a,
  '{a:1}' IS JSON AS b,
  '01' IS JSON AS c,
  'NaN' IS JSON AS d,
  JSON_QUOTE('a"b\c/é') AS e;
SELECT
  JSON_QUOTE('') AS a,
  JSON_UNQUOTE('"a\"b\u00e9"') AS b,
  JSON_UNQUOTE('abc') AS c,
  JSON_UNQUOTE('"abc') AS d,
  JSON_UNQUOTE('"a\qb"') AS e;
SELECT
  JSON_UNQUOTE('{"a":1}') AS a,
  JSON_UNQUOTE('"\ud83d\ude00"') AS b;

/* expect select_1
{"a":true,"b":false,"c":false,"d":true,"e":true}
*/
/* expect select_2
{"a":true,"b":true,"c":true,"d":true,"e":true}
*/
/* expect select_3
{"a":false,"b":true,"c":false,"d":true,"e":true}
*/
/* expect select_4
{"a":false,"b":false,"c":false,"d":false,"e":"\"a\\\"b\\\\c\\/\\u00e9\""}
*/
/* expect select_5
{"a":"\"\"","b":"a\"bé","c":"abc","d":"\"abc","e":"\"a\\qb\""}
*/
/* expect select_6
{"a":"{\"a\":1}","b":"😀"}
*/
