-- BITMAP_AND takes BITMAPs
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT BITMAP_AND(BITMAP_BUILD(a), a) AS b FROM t;
/* expect error
function BITMAP_AND takes BITMAPs, not ARRAY<INT>; BITMAP_BUILD makes one of an ARRAY<INT>, BITMAP_FROM_BYTES of BYTES
*/
