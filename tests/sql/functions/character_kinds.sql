-- IS_ALPHA, IS_DIGIT, IS_DECIMAL
SELECT
  IS_ALPHA('abc') AS a,
  IS_ALPHA('abc1') AS b,
  IS_ALPHA('é') AS c,
  IS_ALPHA('') AS d,
  IS_ALPHA(CAST(NULL AS STRING)) AS e;
SELECT
  IS_ALPHA(1) AS a,
  IS_DIGIT('123') AS b,
  IS_DIGIT('1.5') AS c,
  IS_DIGIT('') AS d,
  IS_DIGIT('١') AS e;
SELECT
  IS_DIGIT(1) AS a,
  IS_DIGIT(1.5) AS b,
  IS_DECIMAL('1.5') AS c,
  IS_DECIMAL('1e5') AS d,
  IS_DECIMAL('x') AS e;
SELECT
  IS_DECIMAL('-5') AS a,
  IS_DECIMAL('') AS b,
  IS_DECIMAL(' 5 ') AS c,
  IS_DECIMAL('0x10') AS d,
  IS_DECIMAL('1f') AS e;
SELECT
  IS_DECIMAL('NaN') AS a,
  IS_DECIMAL(1) AS b,
  IS_DECIMAL(CAST(NULL AS STRING)) AS c;

/* expect select_1
{"a":true,"b":false,"c":true,"d":false,"e":false}
*/
/* expect select_2
{"a":false,"b":true,"c":false,"d":false,"e":true}
*/
/* expect select_3
{"a":true,"b":false,"c":true,"d":true,"e":false}
*/
/* expect select_4
{"a":true,"b":false,"c":true,"d":false,"e":true}
*/
/* expect select_5
{"a":true,"b":true,"c":false}
*/
