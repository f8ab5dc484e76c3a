-- BITMAP_BUILD takes INTs: BIGINT does not narrow by itself
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT BITMAP_BUILD(al) AS b FROM t;
/* expect error
function BITMAP_BUILD takes an ARRAY<INT>, not (ARRAY<BIGINT>); put a CAST around the argument
*/
