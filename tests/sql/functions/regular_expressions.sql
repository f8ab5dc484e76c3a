-- REGEXP_… : groups, empty matches, broken patterns; the replacement stands for itself
SELECT
  REGEXP_COUNT('abcabc', 'b') AS a,
  REGEXP_COUNT('aaa', 'aa') AS b,
  REGEXP_COUNT('abc', '') AS c,
  REGEXP_COUNT('abc', '(') AS d,
  REGEXP_COUNT('abc', 'x*') AS e;
SELECT
  REGEXP_INSTR('abcabc', 'c') AS a,
  REGEXP_INSTR('héllo', 'l') AS b,
  REGEXP_INSTR('abc', 'x') AS c,
  REGEXP_INSTR('abc', '(') AS d,
  REGEXP_INSTR('abc', '') AS e;
SELECT
  REGEXP_SUBSTR('abc123', '[0-9]+') AS a,
  REGEXP_SUBSTR('abc', 'x') AS b,
  REGEXP_SUBSTR('abc', '(') AS c,
  REGEXP_EXTRACT_ALL('a1b22', '([a-z])([0-9]+)') AS d,
  REGEXP_EXTRACT_ALL('a1b22', '([a-z])([0-9]+)', 2) AS e;
SELECT
  REGEXP_EXTRACT_ALL('a1b22', '([a-z])([0-9]+)', 0) AS a,
  REGEXP_EXTRACT_ALL('a1b22', '([a-z])([0-9]+)', 5) AS b,
  REGEXP_EXTRACT_ALL('a1b22', '[a-z][0-9]+') AS c,
  REGEXP_EXTRACT_ALL('a1b22', 'x') AS d,
  REGEXP_EXTRACT_ALL('a1b22', '(') AS e;
SELECT
  REGEXP_EXTRACT_ALL('abc', '(x)?[abc]') AS a,
  REGEXP_EXTRACT_ALL('a1', '[a-z][0-9]', 0) AS b,
  REGEXP('abc', '') AS c,
  REGEXP('abc', '(') AS d,
  REGEXP('abc', 'b') AS e;
SELECT
  REGEXP_EXTRACT('abc', '(b)(x)?', 2) AS a,
  REGEXP_EXTRACT('abc', 'b', 3) AS b,
  REGEXP_EXTRACT('abc', 'b', -1) AS c,
  REGEXP_REPLACE('foobar', 'oo|ar', '') AS d,
  REGEXP_REPLACE('foobar', 'o', '$0x') AS e;
SELECT
  REGEXP_REPLACE('foobar', '(o)(b)', '$2$1') AS a,
  REGEXP_REPLACE('abc', '', '-') AS b,
  REGEXP_REPLACE('a.b', '\.', '\\') AS c;

/* expect select_1
{"a":2,"b":1,"c":4,"d":null,"e":4}
*/
/* expect select_2
{"a":3,"b":3,"c":0,"d":null,"e":1}
*/
/* expect select_3
{"a":"123","b":null,"c":null,"d":["a","b"],"e":["1","22"]}
*/
/* expect select_4
{"a":["a1","b22"],"b":null,"c":null,"d":null,"e":null}
*/
/* expect select_5
{"a":[null,null,null],"b":["a1"],"c":false,"d":false,"e":true}
*/
/* expect select_6
{"a":null,"b":null,"c":null,"d":"fb","e":"f$0x$0xbar"}
*/
/* expect select_7
{"a":"fo$2$1ar","b":"-a-b-c-","c":"a\\\\b"}
*/
