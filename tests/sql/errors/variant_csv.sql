-- the format csv has no VARIANT
CREATE TABLE t (id INT, v VARIANT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '');
SELECT * FROM t;
/* expect error
csv: column v of type VARIANT
*/
