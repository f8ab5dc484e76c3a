-- BITMAP_FROM_BYTES takes BYTES
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT BITMAP_FROM_BYTES(h) AS b FROM t;
/* expect error
function BITMAP_FROM_BYTES takes BYTES, not (STRING); put a CAST around the argument
*/
