-- PRINTF: flags, width, digits, what does not go together
SELECT
  PRINTF('%d-%s', 5, 'a') AS a,
  PRINTF('%5d|%-5s|%05d|%x', 42, 'ab', 7, 255) AS b,
  PRINTF('%.2f', 1.005e0) AS c,
  PRINTF('%s', CAST(NULL AS STRING)) AS d,
  PRINTF('%s', TRUE) AS e;
SELECT
  PRINTF('%b', TRUE) AS a,
  PRINTF('%s %s', 'a') AS b,
  PRINTF('%d', 'a') AS c,
  PRINTF('%%') AS d,
  PRINTF('%,d', 1234567) AS e;
SELECT
  PRINTF('%e', 12345.678e0) AS a,
  PRINTF('%2$s %1$s', 'a', 'b') AS b,
  PRINTF('%n') AS c,
  PRINTF('%c', 65) AS d,
  PRINTF('%s', 1.5e0) AS e;
SELECT
  PRINTF('%s', 1.50) AS a,
  PRINTF('%10.3f|%+d|% d|%(d', 3.14159e0, 5, 5, -5) AS b,
  PRINTF('%X %o', 255, 8) AS c,
  PRINTF('%S', 'abc') AS d;

/* expect select_1
{"a":"5-a","b":"   42|ab   |00007|ff","c":"1.01","d":"null","e":"true"}
*/
/* expect select_2
{"a":"true","b":null,"c":null,"d":"%","e":"1,234,567"}
*/
/* expect select_3
{"a":"1.234568e+04","b":"b a","c":"\n","d":"A","e":"1.5"}
*/
/* expect select_4
{"a":"1.50","b":"     3.142|+5| 5|(5)","c":"FF 10","d":"ABC"}
*/
