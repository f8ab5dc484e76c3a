-- the format avro has no VARIANT
CREATE TABLE t (id INT, v VARIANT) WITH ('connector' = 'inline', 'format' = 'avro', 'rows' = '');
SELECT * FROM t;
/* expect error
avro: column v of type VARIANT
*/
