-- datagen makes no BITMAP
CREATE TABLE t (b BITMAP) WITH ('connector' = 'datagen', 'number-of-rows' = '2');
SELECT b FROM t;
/* expect error
table t: column b is BITMAP, of which there are no rows by chance; make one of a column of INT in a query with BITMAP_BUILD(ARRAY[n])
*/
