-- BITMAP_OR takes two
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT BITMAP_OR(BITMAP_BUILD(a), BITMAP_BUILD(a), BITMAP_BUILD(a)) AS b FROM t;
/* expect error
function BITMAP_OR takes 2 arguments, got 3
*/
