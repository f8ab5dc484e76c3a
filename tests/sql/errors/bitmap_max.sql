-- no MAX
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT MAX(BITMAP_BUILD(a)) AS b FROM t;
/* expect error
aggregate MAX over BITMAP is not supported
*/
