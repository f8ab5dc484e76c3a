-- JSON_QUERY and JSON_EXISTS: wrappers, lists of a path, what EMPTY and ERROR become
SELECT
  JSON_QUERY('{"a":{"b":7}}', '$..b') AS a,
  JSON_QUERY('{"a":[3,4,5]}', '$.a[0,1]') AS b,
  JSON_QUERY('{"a":[3,4,5]}', '$.a[1:]') AS c,
  JSON_QUERY('{"a":[3,4,5]}', '$.a[:2]') AS d,
  JSON_QUERY('{"a":[3,4,5]}', '$.a[-2:]') AS e;
SELECT
  JSON_QUERY('{"a":[3,4,5]}', '$.a[0:2]') AS a,
  JSON_QUERY('{"a":{"x":1,"y":[2]}}', '$.a.*') AS b,
  JSON_QUERY('{"a": {"b": 1, "a": [1.50, null, "x"]}}', '$.a') AS c,
  JSON_QUERY('{"a": 1}', '$.a') AS d,
  JSON_QUERY('{"a": 1}', '$.a' WITH WRAPPER) AS e;
SELECT
  JSON_QUERY('{"a": [1]}', '$.a' WITH WRAPPER) AS a,
  JSON_QUERY('{"a": [1]}', '$.a' WITH CONDITIONAL WRAPPER) AS b,
  JSON_QUERY('{"a": {"b":1}}', '$.a' WITH CONDITIONAL ARRAY WRAPPER) AS c,
  JSON_QUERY('{"a": 1}', '$.a' WITHOUT ARRAY WRAPPER) AS d,
  JSON_QUERY('{"a": null}', '$.a' WITH WRAPPER) AS e;
SELECT
  JSON_QUERY('{"a": 1}', 'lax $.b' EMPTY OBJECT ON EMPTY) AS a,
  JSON_QUERY('{"a": 1}', 'lax $.b' EMPTY ARRAY ON EMPTY) AS b,
  JSON_QUERY('{"a": 1}', '$.b' EMPTY ARRAY ON ERROR) AS c,
  JSON_QUERY('{"a": 1}', '$.b' EMPTY OBJECT ON ERROR) AS d,
  JSON_QUERY('{"a": [1,"x",null,{"b":2.50}]}', '$.a' RETURNING ARRAY<STRING>) AS e;
SELECT
  JSON_QUERY('{"a": 1}', '$.a' RETURNING ARRAY<STRING> WITH WRAPPER) AS a,
  JSON_QUERY('{"a": {"z":1}}', '$.a' RETURNING ARRAY<STRING>) AS b,
  JSON_QUERY('nojson', '$.a') AS c,
  JSON_QUERY(CAST(NULL AS STRING), '$.a' EMPTY ARRAY ON EMPTY) AS d,
  JSON_QUERY('{"a":[{"b":1},{"b":2},{"c":3}]}', '$.a[*].b') AS e;
SELECT
  JSON_QUERY('{"a":[{"b":1},{"b":2},{"c":3}]}', 'lax $.a[*].b') AS a,
  JSON_QUERY('{"a":[{"b":{"c":1}},{"b":2}]}', 'lax $.a[*].b.c') AS b,
  JSON_QUERY('{"a":[]}', 'lax $.a[*].b') AS c,
  JSON_QUERY('{"a":[]}', '$.a[*].b') AS d,
  JSON_QUERY('{"a":5}', '$.a[*]') AS e;
SELECT
  JSON_QUERY('{"a":5}', 'lax $.x[*]' EMPTY OBJECT ON EMPTY) AS a,
  JSON_QUERY('{"a":"\u00e9\/\t"}', '$') AS b,
  JSON_QUERY('{"a":1.0,"b":1e3,"c":100000000000000000000,"d":1E-10,"e":-0.0}', '$') AS c,
  JSON_EXISTS('{"a":1}', '$.a') AS d,
  JSON_EXISTS('{"a":1}', '$.b') AS e;
SELECT
  JSON_EXISTS('{"a":1}', 'lax $.b') AS a,
  JSON_EXISTS('{"a":null}', '$.a') AS b,
  JSON_EXISTS('{"a":1}', '$.b' TRUE ON ERROR) AS c,
  JSON_EXISTS('{"a":1}', '$.b' UNKNOWN ON ERROR) AS d,
  JSON_EXISTS('x', '$.b' TRUE ON ERROR) AS e;
SELECT
  JSON_EXISTS(CAST(NULL AS STRING), '$.a') AS a,
  JSON_EXISTS('{"a":[]}', '$.a[*]') AS b;

/* expect select_1
{"a":"[7]","b":"[3,4]","c":"[4,5]","d":"[3,4]","e":"[4,5]"}
*/
/* expect select_2
{"a":"[3,4]","b":"[1,[2]]","c":"{\"a\":[1.50,null,\"x\"],\"b\":1}","d":null,"e":"[1]"}
*/
/* expect select_3
{"a":"[[1]]","b":"[1]","c":"[{\"b\":1}]","d":null,"e":null}
*/
/* expect select_4
{"a":"{}","b":"[]","c":"[]","d":"{}","e":["1","x",null,"{\"b\":2.50}"]}
*/
/* expect select_5
{"a":["1"],"b":null,"c":null,"d":null,"e":"[1,2]"}
*/
/* expect select_6
{"a":"[1,2]","b":"[1]","c":"[]","d":"[]","e":"[]"}
*/
/* expect select_7
{"a":"[]","b":"{\"a\":\"é/\\t\"}","c":"{\"a\":1.0,\"b\":1E+3,\"c\":100000000000000000000,\"d\":1E-10,\"e\":0.0}","d":true,"e":false}
*/
/* expect select_8
{"a":false,"b":false,"c":true,"d":null,"e":true}
*/
/* expect select_9
{"a":null,"b":true}
*/
