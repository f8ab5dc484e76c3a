-- HAVING over an updating aggregate, UNION ALL that widens types, UNION that removes doubles
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
a,3
');
SELECT k, SUM(v) AS s FROM t GROUP BY k HAVING COUNT(*) > 1;
SELECT v FROM t UNION ALL VALUES (1.50), (CAST(NULL AS DECIMAL(5, 2)));
SELECT v - v AS z FROM t UNION SELECT 0;
/* expect select_1
{"k":"a","s":4}
*/
/* expect select_2
{"v":"1.00"}
{"v":"1.50"}
{"v":"2.00"}
{"v":"3.00"}
{"v":null}
*/
/* expect select_3
{"z":0}
*/
