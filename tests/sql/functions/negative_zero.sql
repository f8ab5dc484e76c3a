-- A double's zero has a sign: what makes it, what keeps it, and where it counts; GREATEST and LEAST order it and NaN as Java does.
CREATE TABLE t (f DOUBLE, g FLOAT, n INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"f": 0.0, "g": 0.0, "n": 1}
{"f": -0.0, "g": -0.0, "n": 2}
{"f": -0.25, "g": -0.25, "n": 3}
');
SELECT n, f, g, -f AS a, -g AS b, -CAST(n - n AS DOUBLE) AS c, 0 - f AS d, f * (-1) AS e FROM t;
SELECT n, ABS(f) AS a, ABS(-f) AS b, SIGN(f) AS c, SIGN(-f) AS d, ABS(g) AS e FROM t;
SELECT n, FLOOR(f) AS a, CEIL(f) AS b, ROUND(f, 0) AS c, TRUNCATE(f, 0) AS d FROM t;
SELECT n, f = -f AS a, f < -f AS b, f IS DISTINCT FROM -f AS c, f IN (0.0e0) AS d, NULLIF(f, 0e0) AS e FROM t;
SELECT n, GREATEST(f, -f) AS a, LEAST(f, -f) AS b, CAST(f AS STRING) AS c, CAST(f AS DECIMAL(4, 2)) AS d, CAST(f AS INT) AS e FROM t;
SELECT f, COUNT(*) AS n FROM t GROUP BY f;
SELECT DISTINCT f * 0 AS z FROM t;
SELECT SUM(f * 0) AS c FROM t;
SELECT a.n, b.n AS m FROM t AS a JOIN t AS b ON a.f = b.f;
SELECT COUNT(DISTINCT f) AS n, MIN(f * 0) AS a, MAX(f * 0) AS b FROM t;
SELECT n, GREATEST(SQRT(f - 1), 1e0) AS a, LEAST(SQRT(f - 1), 1e0) AS b, GREATEST(1e0, SQRT(f - 1)) AS c, LEAST(1e0, SQRT(f - 1)) AS d FROM t;
/* expect select_1
{"n":1,"f":0.0,"g":0.0,"a":-0.0,"b":-0.0,"c":-0.0,"d":0.0,"e":-0.0}
{"n":2,"f":-0.0,"g":-0.0,"a":0.0,"b":0.0,"c":-0.0,"d":0.0,"e":0.0}
{"n":3,"f":-0.25,"g":-0.25,"a":0.25,"b":0.25,"c":-0.0,"d":0.25,"e":0.25}
*/
/* expect select_2
{"n":1,"a":0.0,"b":0.0,"c":0.0,"d":-0.0,"e":0.0}
{"n":2,"a":0.0,"b":0.0,"c":-0.0,"d":0.0,"e":0.0}
{"n":3,"a":0.25,"b":0.25,"c":-1.0,"d":1.0,"e":0.25}
*/
/* expect select_3
{"n":1,"a":0.0,"b":0.0,"c":0.0,"d":0.0}
{"n":2,"a":-0.0,"b":-0.0,"c":0.0,"d":0.0}
{"n":3,"a":-1.0,"b":-0.0,"c":0.0,"d":0.0}
*/
/* expect select_4
{"n":1,"a":true,"b":false,"c":false,"d":true,"e":null}
{"n":2,"a":true,"b":false,"c":false,"d":true,"e":null}
{"n":3,"a":false,"b":true,"c":true,"d":false,"e":-0.25}
*/
/* expect select_5
{"n":1,"a":0.0,"b":-0.0,"c":"0.0","d":"0.00","e":0}
{"n":2,"a":0.0,"b":-0.0,"c":"-0.0","d":"0.00","e":0}
{"n":3,"a":0.25,"b":-0.25,"c":"-0.25","d":"-0.25","e":0}
*/
/* expect select_6
{"f":-0.0,"n":1}
{"f":-0.25,"n":1}
{"f":0.0,"n":1}
*/
/* expect select_7
{"z":-0.0}
{"z":0.0}
*/
/* expect select_8
{"c":0.0}
*/
/* expect select_9
{"n":1,"m":1}
{"n":2,"m":2}
{"n":3,"m":3}
*/
/* expect select_10
{"n":3,"a":0.0,"b":0.0}
*/
/* expect select_11
{"n":1,"a":"NaN","b":1.0,"c":"NaN","d":1.0}
{"n":2,"a":"NaN","b":1.0,"c":"NaN","d":1.0}
{"n":3,"a":"NaN","b":1.0,"c":"NaN","d":1.0}
*/
