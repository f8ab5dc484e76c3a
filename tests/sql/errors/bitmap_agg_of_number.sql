-- BITMAP_OR_AGG takes BITMAPs
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT BITMAP_OR_AGG(id) AS b FROM t;
/* expect error
aggregate BITMAP_OR_AGG takes a BITMAP, not INT; BITMAP_BUILD_AGG makes one of numbers, BITMAP_FROM_BYTES of bytes
*/
