-- arithmetic: decimal digits, rounding, overflow, NaN
SELECT
  ABS(-2147483648) AS a,
  ABS(-1.50) AS b,
  SIGN(-2.5) AS c,
  SIGN(-2) AS d,
  SIGN(-2e0) AS e;
SELECT
  ROUND(2.5) AS a,
  ROUND(2.345, 2) AS b,
  ROUND(-2.5e0) AS c,
  ROUND(1234.567, -2) AS d,
  ROUND(1.5e0, 1) AS e;
SELECT
  ROUND(CAST(1e300 AS DOUBLE), 2) AS a,
  ROUND(125, -1) AS b,
  ROUND(2.5, CAST(NULL AS INT)) AS c,
  TRUNCATE(42.345, 2) AS d,
  TRUNCATE(42.345) AS e;
SELECT
  TRUNCATE(42.345, -1) AS a,
  TRUNCATE(-42.345e0, 1) AS b,
  TRUNCATE(1234, -2) AS c,
  FLOOR(-1.5) AS d,
  FLOOR(-1.5e0) AS e;
SELECT
  CEIL(-1.5) AS a,
  CEIL(1.2e0) AS b,
  FLOOR(5) AS c,
  POWER(2, 10) AS d,
  POWER(2, -1) AS e;
SELECT
  POWER(CAST(2 AS DECIMAL(5,2)), 3) AS a,
  SQRT(2) AS b,
  EXP(1) AS c,
  LN(10) AS d,
  LOG(2, 8) AS e;
SELECT
  LOG(10) AS a,
  LOG(1, 5) AS b,
  LOG10(1000) AS c,
  LOG2(8) AS d,
  LN(-1) AS e;
SELECT
  LN(0) AS a,
  SIN(1) AS b,
  COS(1) AS c,
  TAN(1) AS d,
  COT(1) AS e;
SELECT
  COT(0) AS a,
  ASIN(1) AS b,
  ASIN(2) AS c,
  ACOS(1) AS d,
  ATAN(1) AS e;
SELECT
  ATAN2(1, 2) AS a,
  SINH(1) AS b,
  TANH(1) AS c,
  DEGREES(PI()) AS d,
  RADIANS(180) AS e;
SELECT
  PI() AS a,
  E() AS b,
  MOD(-7, 3) AS c,
  MOD(7.5, 2) AS d,
  MOD(7, -3) AS e;
SELECT
  7 % 3 AS a,
  MOD(CAST(5 AS BIGINT), 3) AS b,
  -7 / 2 AS c,
  7.0 / 2 AS d,
  1.0 / 3 AS e;
SELECT
  1 + 1.5 AS a,
  1 + 1.5e0 AS b,
  2147483647 + 1 AS c,
  9223372036854775807 + 1 AS d,
  2 BETWEEN 3 AND 1 AS e;
SELECT
  2 BETWEEN SYMMETRIC 3 AND 1 AS a,
  2 NOT BETWEEN 3 AND 1 AS b,
  2 IN (1, 2) AS c,
  2 NOT IN (1, CAST(NULL AS INT)) AS d,
  1 IS DISTINCT FROM CAST(NULL AS INT) AS e;

/* expect select_1
{"a":-2147483648,"b":"1.50","c":"-1.0","d":-1,"e":-1.0}
*/
/* expect select_2
{"a":"3","b":"2.35","c":-3.0,"d":"1200","e":1.5}
*/
/* expect select_3
{"a":1e+300,"b":130,"c":null,"d":"42.34","e":"42"}
*/
/* expect select_4
{"a":"40","b":-42.3,"c":1200,"d":"-2","e":-2.0}
*/
/* expect select_5
{"a":"-1","b":2.0,"c":5,"d":1024.0,"e":0.5}
*/
/* expect select_6
{"a":8.0,"b":1.4142135623730951,"c":2.718281828459045,"d":2.302585092994046,"e":3.0}
*/
/* expect select_7
{"a":2.302585092994046,"b":"Infinity","c":3.0,"d":3.0,"e":"NaN"}
*/
/* expect select_8
{"a":"-Infinity","b":0.8414709848078965,"c":0.5403023058681398,"d":1.5574077246549023,"e":0.6420926159343306}
*/
/* expect select_9
{"a":"Infinity","b":1.5707963267948966,"c":"NaN","d":0.0,"e":0.7853981633974483}
*/
/* expect select_10
{"a":0.4636476090008061,"b":1.1752011936438014,"c":0.7615941559557649,"d":180.0,"e":3.141592653589793}
*/
/* expect select_11
{"a":3.141592653589793,"b":2.718281828459045,"c":-1,"d":"1.5","e":1}
*/
/* expect select_12
{"a":1,"b":2,"c":-3,"d":"3.500000000000","e":"0.333333333333"}
*/
/* expect select_13
{"a":"2.5","b":2.5,"c":-2147483648,"d":-9223372036854775808,"e":false}
*/
/* expect select_14
{"a":true,"b":true,"c":true,"d":null,"e":true}
*/
