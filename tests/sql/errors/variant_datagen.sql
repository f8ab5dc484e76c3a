-- there are no VARIANTs by chance
CREATE TABLE t (id INT, v VARIANT) WITH ('connector' = 'datagen', 'number-of-rows' = '1');
SELECT * FROM t;
/* expect error
column v is VARIANT, of which there are no rows by chance
*/
