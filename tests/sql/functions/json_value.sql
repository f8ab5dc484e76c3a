-- JSON_VALUE: the mode of a path, what EMPTY and ERROR become, RETURNING
SELECT
  JSON_VALUE('{"a":1.50}', '$.a') AS a,
  JSON_VALUE('{"a":1.0E3}', '$.a') AS b,
  JSON_VALUE('{"a":1e400}', '$.a') AS c,
  JSON_VALUE('{"a":12345678901234567890123456789}', '$.a') AS d,
  JSON_VALUE('{"a":0.00000001}', '$.a') AS e;
SELECT
  JSON_VALUE('{"a":"x\u00e9\n"}', '$.a') AS a,
  JSON_VALUE('{"a":true}', '$.a') AS b,
  JSON_VALUE('{"a":null}', '$.a') AS c,
  JSON_VALUE('{"a":{"b":1}}', '$.a') AS d,
  JSON_VALUE('{"a":[1,2]}', '$.a[1]') AS e;
SELECT
  JSON_VALUE('{"a":[1,2]}', '$.a[-1]') AS a,
  JSON_VALUE('{"a":[1,2]}', '$.a[5]') AS b,
  JSON_VALUE('{"a":[1,2]}', 'lax $.a[5]' DEFAULT 'e' ON EMPTY) AS c,
  JSON_VALUE('{"a":[1,2]}', '$.a[*]') AS d,
  JSON_VALUE('{"a":[1]}', 'lax $.a[*]') AS e;
SELECT
  JSON_VALUE('{"a":[{"b":1},{"b":2}]}', '$.a.b') AS a,
  JSON_VALUE('{"a":[{"b":1},{"b":2}]}', 'lax $.a.b') AS b,
  JSON_VALUE('{"a":{"b":7}}', '$["a"]["b"]') AS c,
  JSON_VALUE('{"a":{"b":7}}', '$[''a''].b') AS d,
  JSON_VALUE('{"a b":7}', '$.a b') AS e;
SELECT
  JSON_VALUE('{"a":{"b":7}}', 'a.b') AS a,
  JSON_VALUE('{"a":{"b":7}}', '$..b') AS b,
  JSON_VALUE('{"a":7}', 'LAX $.a') AS c,
  JSON_VALUE('{"a":7}', 'strict $.a') AS d,
  JSON_VALUE('{"a":7}', ' lax  $.b' DEFAULT 'x' ON EMPTY) AS e;
SELECT
  JSON_VALUE('{"a":7}', '$.b' DEFAULT 'x' ON ERROR) AS a,
  JSON_VALUE('{"a":7}', '$.b' DEFAULT 'x' ON EMPTY) AS b,
  JSON_VALUE('nojson', '$.b' DEFAULT 'x' ON ERROR) AS c,
  JSON_VALUE('nojson', 'lax $.b' DEFAULT 'x' ON EMPTY) AS d,
  JSON_VALUE('{"a":7}', '$.a' RETURNING INT) AS e;
SELECT
  JSON_VALUE('{"a":7}', '$.a' RETURNING INTEGER DEFAULT 5 ON EMPTY) AS a,
  JSON_VALUE('{"a":7}', 'lax $.b' RETURNING INTEGER DEFAULT 5 ON EMPTY) AS b,
  JSON_VALUE('{"a":7.5}', '$.a' RETURNING DOUBLE) AS c,
  JSON_VALUE('{"a":true}', '$.a' RETURNING BOOLEAN) AS d,
  JSON_VALUE('{"a":7}', '$.a' RETURNING VARCHAR(10)) AS e;
SELECT
  JSON_VALUE('{"a":7}', '$.a' RETURNING STRING) AS a,
  JSON_VALUE(CAST(NULL AS STRING), '$.a' DEFAULT 'x' ON EMPTY) AS b,
  JSON_VALUE('{"a":7}', CAST(NULL AS STRING)) AS c,
  JSON_VALUE('{"a":7}', '$') AS d,
  JSON_VALUE('7', '$') AS e;
SELECT
  JSON_VALUE('"s"', '$') AS a,
  JSON_VALUE('', '$') AS b,
  JSON_VALUE('', 'lax $' DEFAULT 'x' ON EMPTY) AS c,
  JSON_VALUE('{"a":1,"a":2}', '$.a') AS d,
  JSON_VALUE('{"a":1} x', '$.a') AS e;
SELECT
  JSON_VALUE('{a:1}', '$.a') AS a,
  JSON_VALUE('{"a":01}', '$.a') AS b,
  JSON_VALUE('{"a":[3,4,5]}', '$.a[0,1]') AS c;

/* expect select_1
{"a":"1.50","b":"1.0E+3","c":"1E+400","d":"12345678901234567890123456789","e":"1E-8"}
*/
/* expect select_2
{"a":"xé\n","b":"true","c":null,"d":null,"e":"2"}
*/
/* expect select_3
{"a":"2","b":null,"c":"e","d":null,"e":null}
*/
/* expect select_4
{"a":null,"b":null,"c":"7","d":"7","e":null}
*/
/* expect select_5
{"a":"7","b":null,"c":"7","d":"7","e":"x"}
*/
/* expect select_6
{"a":"x","b":null,"c":"x","d":"x","e":7}
*/
/* expect select_7
{"a":7,"b":5,"c":7.5,"d":true,"e":"7"}
*/
/* expect select_8
{"a":"7","b":null,"c":null,"d":null,"e":"7"}
*/
/* expect select_9
{"a":"s","b":null,"c":"x","d":"2","e":"1"}
*/
/* expect select_10
{"a":null,"b":null,"c":null}
*/
