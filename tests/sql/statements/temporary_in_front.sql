-- A temporary table or view stands in front of one that is not temporary; dropped, it gives the view back.
CREATE TEMPORARY TABLE t (a INT, b STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,front
');
CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
2,behind
');
CREATE TABLE IF NOT EXISTS t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
3
');
SELECT a, b FROM t;
DROP TEMPORARY TABLE t;
SELECT a, b FROM t;
CREATE TEMPORARY VIEW v AS SELECT a + 10 AS a FROM t;
CREATE VIEW v AS SELECT a + 20 AS a FROM t;
SELECT a FROM v;
DROP TEMPORARY VIEW v;
SELECT a FROM v;
/* expect select_1
{"a":1,"b":"front"}
*/
/* expect select_2
{"a":2,"b":"behind"}
*/
/* expect select_3
{"a":12}
*/
/* expect select_4
{"a":22}
*/
