-- functions on strings count characters, not bytes; places out of range
SELECT
  STARTSWITH('abc', 'ab') AS a,
  STARTSWITH('abc', '') AS b,
  STARTSWITH(X'4142', X'41') AS c,
  ENDSWITH('abc', 'bc') AS d,
  ENDSWITH('abc', CAST(NULL AS STRING)) AS e;
SELECT
  BTRIM('  a ') AS a,
  BTRIM('xxaxx', 'x') AS b,
  BTRIM('xyaxy', 'yx') AS c,
  LTRIM('  a ') AS d,
  LTRIM('xxaxx', 'x') AS e;
SELECT
  RTRIM('xxaxx', 'xy') AS a,
  TRIM('  a ') AS b,
  TRIM(LEADING 'x' FROM 'xxaxx') AS c,
  TRIM(TRAILING 'xy' FROM 'axyx') AS d,
  TRIM(BOTH FROM ' a ') AS e;
SELECT
  TRIM(BOTH '' FROM 'aba') AS a,
  TRIM(BOTH 'é' FROM 'éaé') AS b,
  INITCAP('hello wORLD foo-bar x1y') AS c,
  INITCAP('éa über') AS d,
  UPPER('abcé') AS e;
SELECT
  LOWER('ABCÉ') AS a,
  UPPER(CAST('straße' AS STRING)) AS b,
  LOWER(CAST('İ' AS STRING)) AS c,
  UPPER(CAST('ŉǆﬁ' AS STRING)) AS d,
  UPPER(CAST('āžőш' AS STRING)) AS e;
SELECT
  LOWER(CAST('ĀŽŐШΣ' AS STRING)) AS a,
  LOWER(CAST('ΑΣ' AS STRING)) AS b,
  REVERSE('abé😀') AS c,
  REPEAT('ab', 3) AS d,
  REPEAT('ab', 0) AS e;
SELECT
  REPEAT('ab', -1) AS a,
  LPAD('hi', 4, '??') AS b,
  LPAD('hi', 1, '??') AS c,
  RPAD('hi', 5, 'abc') AS d,
  OVERLAY('xxxxxtest' PLACING 'xxxx' FROM 6) AS e;
SELECT
  OVERLAY('xxxxxtest' PLACING 'xxxx' FROM 6 FOR 2) AS a,
  OVERLAY('abc' PLACING 'X' FROM 0) AS b,
  OVERLAY('abc' PLACING 'X' FROM 5) AS c,
  OVERLAY('abcdef' PLACING 'XY' FROM 2 FOR 0) AS d,
  OVERLAY('abcdef' PLACING 'XY' FROM 2 FOR 10) AS e;
SELECT
  OVERLAY('abcdef' PLACING 'XY' FROM 2 FOR -1) AS a,
  SUBSTRING('hello' FROM 2 FOR 3) AS b,
  SUBSTRING('hello', -3) AS c,
  SUBSTRING('hello', -10) AS d,
  SUBSTRING('hello', 0, 2) AS e;
SELECT
  SUBSTRING('hello', 10) AS a,
  SUBSTRING('hello', 2, -1) AS b,
  SUBSTRING('hé😀lo', 3, 1) AS c,
  SUBSTR('hello', -3, 2) AS d,
  LEFT('hello', 2) AS e;
SELECT
  LEFT('hello', -2) AS a,
  RIGHT('hello', 2) AS b,
  RIGHT('hello', 0) AS c,
  POSITION('l' IN 'hello') AS d,
  POSITION('' IN 'hello') AS e;
SELECT
  LOCATE('l', 'hello', 4) AS a,
  LOCATE('l', 'hello', 0) AS b,
  LOCATE('l', 'hello', -1) AS c,
  INSTR('hello', 'l') AS d,
  INSTR('hello', 'l', 1, 2) AS e;
SELECT
  INSTR('hello', 'l', -1) AS a,
  INSTR('hello', 'z') AS b,
  REPLACE('ababab', 'abab', 'z') AS c,
  REPLACE('abc', '', 'x') AS d,
  CONCAT('a', CAST(NULL AS STRING)) AS e;
SELECT
  CONCAT_WS('-', 'a', CAST(NULL AS STRING), 'b') AS a,
  CONCAT_WS(CAST(NULL AS STRING), 'a') AS b,
  CONCAT_WS('-') AS c,
  CHAR_LENGTH('h😀') AS d,
  CHARACTER_LENGTH('') AS e;

/* expect select_1
{"a":true,"b":true,"c":true,"d":true,"e":null}
*/
/* expect select_2
{"a":"a","b":"a","c":"a","d":"a ","e":"axx"}
*/
/* expect select_3
{"a":"xxa","b":"a","c":"axx","d":"a","e":"a"}
*/
/* expect select_4
{"a":"aba","b":"a","c":"Hello World Foo-Bar X1y","d":"éA üBer","e":"ABCÉ"}
*/
/* expect select_5
{"a":"abcé","b":"STRASSE","c":"i̇","d":"ʼNǄFI","e":"ĀŽŐШ"}
*/
/* expect select_6
{"a":"āžőшς","b":"ας","c":"😀éba","d":"ababab","e":""}
*/
/* expect select_7
{"a":"","b":"??hi","c":"h","d":"hiabc","e":"xxxxxxxxx"}
*/
/* expect select_8
{"a":"xxxxxxxxxst","b":"abc","c":"abc","d":"aXY","e":"aXY"}
*/
/* expect select_9
{"a":"aXY","b":"ell","c":"llo","d":"","e":"he"}
*/
/* expect select_10
{"a":"","b":null,"c":"😀","d":"ll","e":"he"}
*/
/* expect select_11
{"a":"","b":"lo","c":"","d":3,"e":1}
*/
/* expect select_12
{"a":4,"b":3,"c":3,"d":3,"e":4}
*/
/* expect select_13
{"a":4,"b":0,"c":"zab","d":"xaxbxcx","e":null}
*/
/* expect select_14
{"a":"a-b","b":null,"c":"","d":2,"e":0}
*/
