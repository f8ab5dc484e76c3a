-- nor from BITMAP to a number
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT CAST(BITMAP_BUILD(a) AS INT) AS b FROM t;
/* expect error
cannot cast BITMAP to INT; BITMAP_TO_ARRAY(b) gives its numbers, BITMAP_CARDINALITY(b) counts them
*/
