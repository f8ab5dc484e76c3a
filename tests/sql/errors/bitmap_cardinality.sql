-- CARDINALITY is of arrays and maps; BITMAP_CARDINALITY counts a BITMAP
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT CARDINALITY(BITMAP_BUILD(a)) AS b FROM t;
/* expect error
function CARDINALITY takes an array or a map, not (BITMAP); put a CAST around the argument
*/
