-- QUALIFY without OVER is a WHERE.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT a FROM t QUALIFY a > 1;
/* expect error
QUALIFY needs a call with OVER
*/
