-- nor from an array
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT CAST(a AS BITMAP) AS b FROM t;
/* expect error
cannot cast ARRAY<INT> to BITMAP; BITMAP_BUILD makes one of an ARRAY<INT>
*/
