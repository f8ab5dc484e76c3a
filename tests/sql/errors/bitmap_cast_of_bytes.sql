-- no CAST leads from BYTES to BITMAP
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT CAST(UNHEX(h) AS BITMAP) AS b FROM t;
/* expect error
cannot cast BYTES to BITMAP; BITMAP_FROM_BYTES reads bytes as BITMAP
*/
