-- CURRENT_WATERMARK takes a rowtime column.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT CURRENT_WATERMARK(a) AS w FROM t;
/* expect error
CURRENT_WATERMARK takes a rowtime column; declare WATERMARK FOR it
*/
