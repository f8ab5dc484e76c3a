-- a text does not go into a column of VARIANT by itself
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
CREATE TABLE p (v VARIANT) WITH ('connector' = 'print');
INSERT INTO p SELECT s FROM t;
/* expect error
VARIANT
*/
