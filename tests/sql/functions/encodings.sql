-- HEX, UNHEX, BIN, base64, character sets
SELECT
  ASCII('abc') AS a,
  ASCII('') AS b,
  ASCII('é') AS c,
  ASCII('€') AS d,
  CHR(97) AS e;
SELECT
  CHR(353) AS a,
  HEX(CHR(0)) AS b,
  CHR(-1) AS c,
  CHR(233) AS d,
  ENCODE('é€', 'UTF-8') AS e;
SELECT
  ENCODE('é€', 'ISO-8859-1') AS a,
  ENCODE('é€', 'US-ASCII') AS b,
  ENCODE('é😀', 'UTF-16') AS c,
  ENCODE('é😀', 'UTF-16BE') AS d,
  ENCODE('é😀', 'UTF-16LE') AS e;
SELECT
  ENCODE('a', 'utf-8') AS a,
  DECODE(X'c3a9', 'UTF-8') AS b,
  DECODE(X'e9', 'ISO-8859-1') AS c,
  DECODE(X'ff', 'UTF-8') AS d,
  DECODE(X'feff00e9', 'UTF-16') AS e;
SELECT
  DECODE(X'00e9', 'UTF-16') AS a,
  DECODE(X'00e9', 'UTF-16BE') AS b,
  DECODE(X'e9', 'US-ASCII') AS c,
  TO_BASE64('hello world') AS d,
  TO_BASE64('é') AS e;
SELECT
  TO_BASE64(X'ff') AS a,
  FROM_BASE64('aGVsbG8gd29ybGQ=') AS b,
  FROM_BASE64('aGVsbG8') AS c,
  HEX(255) AS d,
  HEX(-1) AS e;
SELECT
  HEX(CAST(-1 AS BIGINT)) AS a,
  HEX(CAST(-1 AS TINYINT)) AS b,
  HEX('hi') AS c,
  HEX('é') AS d,
  HEX(0) AS e;
SELECT
  UNHEX('FF') AS a,
  UNHEX('F') AS b,
  UNHEX('zz') AS c,
  UNHEX('') AS d,
  UNHEX('ABC') AS e;
SELECT
  BIN(4) AS a,
  BIN(-1) AS b,
  BIN(CAST(-1 AS BIGINT)) AS c,
  BIN(0) AS d,
  BIN(CAST(5 AS TINYINT)) AS e;

/* expect select_1
{"a":97,"b":0,"c":-61,"d":-30,"e":"a"}
*/
/* expect select_2
{"a":"a","b":"00","c":"","d":"é","e":"c3a9e282ac"}
*/
/* expect select_3
{"a":"e93f","b":"3f3f","c":"feff00e9d83dde00","d":"00e9d83dde00","e":"e9003dd800de"}
*/
/* expect select_4
{"a":"61","b":"é","c":"é","d":"�","e":"é"}
*/
/* expect select_5
{"a":"é","b":"é","c":"�","d":"aGVsbG8gd29ybGQ=","e":"w6k="}
*/
/* expect select_6
{"a":"/w==","b":"hello world","c":"hello","d":"FF","e":"FFFFFFFFFFFFFFFF"}
*/
/* expect select_7
{"a":"FFFFFFFFFFFFFFFF","b":"FFFFFFFFFFFFFFFF","c":"6869","d":"C3A9","e":"0"}
*/
/* expect select_8
{"a":"ff","b":"00","c":null,"d":"","e":"00bc"}
*/
/* expect select_9
{"a":"100","b":"1111111111111111111111111111111111111111111111111111111111111111","c":"1111111111111111111111111111111111111111111111111111111111111111","d":"0","e":"101"}
*/
