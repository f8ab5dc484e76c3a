-- no ORDER BY
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT id FROM t ORDER BY BITMAP_BUILD(a) LIMIT 1;
/* expect error
ORDER BY BITMAP is not supported; order by its parts
*/
