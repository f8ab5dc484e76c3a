-- BITMAP_FROM_BYTES of no bytes
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT BITMAP_CARDINALITY(BITMAP_FROM_BYTES(UNHEX(''))) AS b FROM t;
/* expect error
BITMAP_FROM_BYTES: these bytes are no bitmap in RoaringBitmap's portable form for 32 bits: they end early
*/
