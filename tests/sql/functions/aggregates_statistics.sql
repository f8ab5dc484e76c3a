-- variance, deviation and percentiles: INT stays INT and DECIMAL has six digits; a sample of one has none
SELECT STDDEV_POP(x) AS a, STDDEV_SAMP(x) AS b, VAR_POP(x) AS c, VAR_SAMP(x) AS d, VARIANCE(x) AS e FROM (VALUES (1), (2), (4)) AS t (x);
SELECT STDDEV_POP(x) AS a, STDDEV_SAMP(x) AS b, VAR_POP(x) AS c, VAR_SAMP(x) AS d FROM (VALUES (1e0), (2e0), (4e0)) AS t (x);
SELECT STDDEV_POP(x) AS a, VAR_POP(x) AS b, VAR_SAMP(x) AS c FROM (VALUES (1.50), (2.50), (4.00)) AS t (x);
SELECT STDDEV_SAMP(x) AS a, VAR_SAMP(x) AS b, VAR_POP(x) AS c FROM (VALUES (1e0)) AS t (x);
SELECT VAR_POP(DISTINCT x) AS a, VAR_POP(CAST(NULL AS DOUBLE)) AS b FROM (VALUES (1e0), (1e0), (4e0)) AS t (x);
SELECT PERCENTILE(x, 0.3) AS a, PERCENTILE(x, ARRAY[0.0, 0.5, 1.0]) AS b, PERCENTILE(x, 0.5) FILTER (WHERE x > 5) AS c FROM (VALUES (1), (2), (4), (10)) AS t (x);
SELECT PERCENTILE(x, 0.5, f) AS a FROM (VALUES (1, 1), (2, 3), (4, 1)) AS t (x, f);
SELECT COUNT(x, y) AS a, COUNT(DISTINCT x) AS b, SUM(x) AS c FROM (VALUES (1, 1), (2, 1), (1, CAST(NULL AS INT))) AS t (x, y);
SELECT SUM(x) AS a, AVG(x) AS b FROM (VALUES (CAST(1 AS TINYINT)), (CAST(127 AS TINYINT))) AS t (x);
/* expect select_1
{"a":1,"b":1,"c":1,"d":2,"e":2}
*/
/* expect select_2
{"a":1.247219128924647,"b":1.5275252316519465,"c":1.5555555555555554,"d":2.333333333333333}
*/
/* expect select_3
{"a":"1.027402","b":"1.055556","c":"1.583333"}
*/
/* expect select_4
{"a":null,"b":null,"c":0.0}
*/
/* expect select_5
{"a":2.25,"b":null}
*/
/* expect select_6
{"a":1.9,"b":[1.0,3.0,10.0],"c":10.0}
*/
/* expect select_7
{"a":2.0}
*/
/* expect select_8
{"a":2,"b":2,"c":4}
*/
/* expect select_9
{"a":-128,"b":64}
*/
