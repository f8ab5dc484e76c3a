-- JSON_OBJECT, JSON_ARRAY, JSON_STRING: keys in order, NULLs, what is JSON already
SELECT
  JSON_OBJECT('b' VALUE JSON_OBJECT('z' VALUE 1,'y' VALUE 2), 'a' VALUE 2) AS a,
  JSON_OBJECT() AS b,
  JSON_OBJECT(KEY 'k' VALUE CAST(NULL AS INT) ABSENT ON NULL) AS c,
  JSON_OBJECT('k' VALUE CAST(NULL AS INT)) AS d,
  JSON_OBJECT('a' VALUE 1, 'a' VALUE 2) AS e;
SELECT
  JSON_OBJECT('a' : 1, 'b' : 2) AS a,
  JSON_ARRAY() AS b,
  JSON_ARRAY(1, 'a', CAST(NULL AS INT)) AS c,
  JSON_ARRAY(1, CAST(NULL AS INT) NULL ON NULL) AS d,
  JSON_ARRAY(JSON_ARRAY(1), JSON_OBJECT('k' VALUE 'v'), '[1]') AS e;
SELECT
  JSON_ARRAY(ARRAY[1,2], MAP['b',1,'a',2], ROW(1,'x')) AS a,
  JSON_STRING(MAP['b',1,'a',2]) AS b,
  JSON_STRING(ROW(1,'a')) AS c,
  JSON_STRING(CAST(ROW(1,'a') AS ROW<z INT, b STRING>)) AS d,
  JSON_STRING(ARRAY[1,2]) AS e;
SELECT
  JSON_STRING(CAST(NULL AS INT)) AS a,
  JSON_STRING('he"l\lo') AS b,
  JSON_STRING('é/€') AS c,
  JSON_STRING(1.10) AS d,
  JSON_STRING(CAST(1.5 AS FLOAT)) AS e;
SELECT
  JSON_STRING(1e300) AS a,
  JSON_STRING(1e0) AS b,
  JSON_STRING(1e7) AS c,
  JSON_STRING(1e-7) AS d,
  JSON_STRING(CAST(0.0000001 AS DECIMAL(20,10))) AS e;
SELECT
  JSON_STRING(CAST(100 AS DECIMAL(20,10))) AS a,
  JSON_STRING(CAST('NaN' AS DOUBLE)) AS b,
  JSON_STRING(TIMESTAMP '2024-01-01 00:00:00') AS c,
  JSON_STRING(TIMESTAMP '2024-01-01 00:00:00.120') AS d,
  JSON_STRING(TIMESTAMP '2024-01-01 10:20:30.123456789') AS e;
SELECT
  JSON_STRING(TO_TIMESTAMP_LTZ(1704067200123, 3)) AS a,
  JSON_STRING(TO_TIMESTAMP_LTZ(1704067200000, 3)) AS b,
  JSON_STRING(X'41ff') AS c,
  JSON_STRING(MAP['a', CAST(NULL AS INT)]) AS d;

/* expect select_1
{"a":"{\"a\":2,\"b\":{\"y\":2,\"z\":1}}","b":"{}","c":"{}","d":"{\"k\":null}","e":"{\"a\":2}"}
*/
/* expect select_2
{"a":"{\"a\":1,\"b\":2}","b":"[]","c":"[1,\"a\"]","d":"[1,null]","e":"[[1],{\"k\":\"v\"},\"[1]\"]"}
*/
/* expect select_3
{"a":"[[1,2],{\"a\":2,\"b\":1},{\"EXPR$0\":1,\"EXPR$1\":\"x\"}]","b":"{\"a\":2,\"b\":1}","c":"{\"EXPR$0\":1,\"EXPR$1\":\"a\"}","d":"{\"b\":\"a\",\"z\":1}","e":"[1,2]"}
*/
/* expect select_4
{"a":null,"b":"\"he\\\"l\\\\lo\"","c":"\"é/€\"","d":"1.10","e":"1.5"}
*/
/* expect select_5
{"a":"1.0E+300","b":"1.0","c":"1.0E+7","d":"1.0E-7","e":"1.000E-7"}
*/
/* expect select_6
{"a":"100.0000000000","b":"\"NaN\"","c":"\"2024-01-01T00:00:00\"","d":"\"2024-01-01T00:00:00.12\"","e":"\"2024-01-01T10:20:30.123456789\""}
*/
/* expect select_7
{"a":"\"2024-01-01T00:00:00.123Z\"","b":"\"2024-01-01T00:00:00Z\"","c":"\"Qf8=\"","d":"{\"a\":null}"}
*/
