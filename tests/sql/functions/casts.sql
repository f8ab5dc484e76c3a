-- CAST: digits, overflow, texts of every type
SELECT
  CAST(ROW(1,'a') AS ROW<x INT, y STRING>).y AS a,
  CAST(1 AS DECIMAL(38,10)) / 3 AS b,
  CAST(1 AS BIGINT) / 3 AS c,
  CAST(1 AS TINYINT) + CAST(1 AS SMALLINT) AS d,
  CAST(127 AS TINYINT) + CAST(1 AS TINYINT) AS e;
SELECT
  CAST(1 AS DECIMAL(38,18)) * CAST(1 AS DECIMAL(38,18)) AS a,
  CAST(1.5 AS STRING) AS b,
  CAST(1e0 AS STRING) AS c,
  CAST(1.5 AS INT) AS d,
  CAST(-1.5 AS INT) AS e;
SELECT
  CAST('1.5' AS INT) AS a,
  CAST('1.' AS INT) AS b,
  CAST('.5' AS INT) AS c,
  CAST('+5' AS INT) AS d,
  CAST('1e3' AS DOUBLE) AS e;
SELECT
  CAST('1.5d' AS DOUBLE) AS a,
  CAST('NaN' AS DOUBLE) AS b,
  CAST('Infinity' AS DOUBLE) AS c,
  CAST('1e400' AS DOUBLE) AS d,
  CAST('12.345' AS DECIMAL(5,2)) AS e;
SELECT
  CAST('1e2' AS DECIMAL(5,2)) AS a,
  CAST(1.5e0 AS DECIMAL(5,2)) AS b,
  CAST(0.1e0 AS DECIMAL(20,18)) AS c,
  CAST(TRUE AS STRING) AS d,
  CAST(TRUE AS INT) AS e;
SELECT
  CAST(TRUE AS DECIMAL(5,2)) AS a,
  CAST(TRUE AS DOUBLE) AS b,
  CAST(0 AS BOOLEAN) AS c,
  CAST(0.5 AS BOOLEAN) AS d,
  CAST(1.5e0 AS BOOLEAN) AS e;
SELECT
  CAST('tRuE' AS BOOLEAN) AS a,
  CAST('0' AS BOOLEAN) AS b,
  CAST('no' AS BOOLEAN) AS c,
  CAST('f' AS BOOLEAN) AS d,
  CAST(1e20 AS INT) AS e;
SELECT
  CAST(-1e20 AS BIGINT) AS a,
  CAST(CAST('NaN' AS DOUBLE) AS INT) AS b,
  CAST(300 AS TINYINT) AS c,
  CAST(70000 AS SMALLINT) AS d,
  CAST(3e9 AS TINYINT) AS e;
SELECT
  CAST(300.7 AS TINYINT) AS a,
  CAST(1e300 AS FLOAT) AS b,
  CAST('2024-01-02' AS DATE) AS c,
  CAST('2024-1-2' AS DATE) AS d,
  CAST('2024-01' AS DATE) AS e;
SELECT
  CAST('2024' AS DATE) AS a,
  CAST('2024-01-02 10:00:00' AS DATE) AS b,
  CAST(' 2024-01-02 ' AS DATE) AS c,
  CAST('0001-01-01' AS DATE) AS d,
  CAST('9999-12-31' AS DATE) AS e;
SELECT
  CAST('10:11:12' AS TIME) AS a,
  CAST('10:11' AS TIME) AS b,
  CAST('10' AS TIME) AS c,
  CAST('10:11:12.123' AS TIME(3)) AS d,
  CAST('1:2:3' AS TIME) AS e;
SELECT
  CAST('2024-01-02 10:11:12.1234567' AS TIMESTAMP(3)) AS a,
  CAST('2024-01-02 10:11:12.1234567' AS TIMESTAMP(9)) AS b,
  CAST('2024-01-02' AS TIMESTAMP(3)) AS c,
  CAST('2024-01-02 10:11:12' AS TIMESTAMP_LTZ(3)) AS d,
  CAST(DATE '2024-01-02' AS TIMESTAMP(3)) AS e;
SELECT
  CAST(TIMESTAMP '2024-01-02 10:11:12' AS DATE) AS a,
  CAST(TIMESTAMP '2024-01-02 10:11:12.5' AS TIME) AS b,
  CAST(TIME '10:11:12' AS TIMESTAMP(3)) AS c,
  CAST(TIMESTAMP '2024-01-02 10:11:12' AS TIMESTAMP_LTZ(3)) AS d,
  CAST(TIMESTAMP '2024-01-02 10:11:12' AS STRING) AS e;
SELECT
  CAST(TIMESTAMP '2024-01-02 10:11:12.120' AS STRING) AS a,
  CAST(TO_TIMESTAMP_LTZ(0, 3) AS STRING) AS b,
  CAST(TIME '10:11:12' AS STRING) AS c,
  CAST(DATE '2024-01-02' AS STRING) AS d,
  CAST(INTERVAL '1' DAY AS STRING) AS e;
SELECT
  CAST(INTERVAL '-1 02:03:04.567' DAY TO SECOND AS STRING) AS a,
  CAST(INTERVAL '2-3' YEAR TO MONTH AS STRING) AS b,
  CAST(X'4142' AS STRING) AS c,
  CAST('AB' AS BYTES) AS d,
  CAST('AB' AS BINARY(4)) AS e;
SELECT
  CAST('ABCDE' AS BINARY(2)) AS a,
  CAST(X'4142' AS BINARY(4)) AS b,
  CAST('abc' AS CHAR(2)) AS c,
  CAST('abc' AS CHAR(5)) AS d,
  CAST('abc' AS VARCHAR(2)) AS e;
SELECT
  CAST(12345 AS VARCHAR(3)) AS a,
  CAST(TRUE AS CHAR(2)) AS b,
  CAST(ARRAY[1,2] AS STRING) AS c,
  CAST(ARRAY['a',CAST(NULL AS STRING)] AS STRING) AS d,
  CAST(MAP['a',1] AS STRING) AS e;
SELECT
  CAST(ROW(1,'a',CAST(NULL AS INT)) AS STRING) AS a,
  CAST(CAST(ROW(1,'a') AS ROW<x INT,y STRING>) AS STRING) AS b,
  CAST(ARRAY[1,2] AS ARRAY<STRING>) AS c,
  CAST(ARRAY['1','2'] AS ARRAY<INT>) AS d,
  CAST(MAP['a','1'] AS MAP<STRING,INT>) AS e;
SELECT
  CAST(1e7 AS STRING) AS a,
  CAST(1e-3 AS STRING) AS b,
  CAST(1.1e-4 AS STRING) AS c,
  CAST(123456789012e0 AS STRING) AS d,
  CAST(CAST(1.1 AS FLOAT) AS STRING) AS e;
SELECT
  CAST(0.00 AS STRING) AS a,
  CAST(9007199254740993 AS DOUBLE) AS b;

/* expect select_1
{"a":"a","b":"0.3333333333","c":0,"d":2,"e":-128}
*/
/* expect select_2
{"a":"1.000000","b":"1.5","c":"1.0","d":1,"e":-1}
*/
/* expect select_3
{"a":1,"b":1,"c":0,"d":5,"e":1000.0}
*/
/* expect select_4
{"a":1.5,"b":"NaN","c":"Infinity","d":"Infinity","e":"12.35"}
*/
/* expect select_5
{"a":"100.00","b":"1.50","c":"0.100000000000000000","d":"TRUE","e":1}
*/
/* expect select_6
{"a":"1.00","b":1.0,"c":false,"d":true,"e":true}
*/
/* expect select_7
{"a":true,"b":false,"c":false,"d":false,"e":2147483647}
*/
/* expect select_8
{"a":-9223372036854775808,"b":0,"c":44,"d":4464,"e":-1}
*/
/* expect select_9
{"a":44,"b":"Infinity","c":"2024-01-02","d":"2024-01-02","e":"2024-01-01"}
*/
/* expect select_10
{"a":"2024-01-01","b":"2024-01-02","c":"2024-01-02","d":"0001-01-01","e":"9999-12-31"}
*/
/* expect select_11
{"a":"10:11:12","b":"10:11:00","c":"10:00:00","d":"10:11:12.123","e":"01:02:03"}
*/
/* expect select_12
{"a":"2024-01-02 10:11:12.123","b":"2024-01-02 10:11:12.123456700","c":"2024-01-02 00:00:00.000","d":"2024-01-02 10:11:12.000Z","e":"2024-01-02 00:00:00.000"}
*/
/* expect select_13
{"a":"2024-01-02","b":"10:11:12","c":"1970-01-01 10:11:12.000","d":"2024-01-02 10:11:12.000Z","e":"2024-01-02 10:11:12"}
*/
/* expect select_14
{"a":"2024-01-02 10:11:12.120","b":"1970-01-01 00:00:00.000","c":"10:11:12","d":"2024-01-02","e":"+1 00:00:00.000"}
*/
/* expect select_15
{"a":"-1 02:03:04.567","b":"+2-03","c":"AB","d":"4142","e":"41420000"}
*/
/* expect select_16
{"a":"4142","b":"41420000","c":"ab","d":"abc  ","e":"ab"}
*/
/* expect select_17
{"a":"123","b":"TR","c":"[1, 2]","d":"[a, NULL]","e":"{a=1}"}
*/
/* expect select_18
{"a":"(1, a, NULL)","b":"(1, a)","c":["1","2"],"d":[1,2],"e":[["a",1]]}
*/
/* expect select_19
{"a":"1.0E7","b":"0.001","c":"1.1E-4","d":"1.23456789012E11","e":"1.1"}
*/
/* expect select_20
{"a":"0.00","b":9007199254740992.0}
*/
