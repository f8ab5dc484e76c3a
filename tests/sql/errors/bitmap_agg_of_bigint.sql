-- BITMAP_BUILD_AGG takes INTs
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT BITMAP_BUILD_AGG(l) AS b FROM t;
/* expect error
aggregate BITMAP_BUILD_AGG takes an INT, not BIGINT; put a CAST around it
*/
