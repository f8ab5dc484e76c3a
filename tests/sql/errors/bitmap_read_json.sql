-- nor is one read, in an array either
CREATE TABLE t (id INT, b ARRAY<BITMAP>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"b":[]}');
SELECT id FROM t;
/* expect error
table t: format json: column b of type ARRAY<BITMAP>; declare it as BYTES, write BITMAP_TO_BYTES of it there, and read it with BITMAP_FROM_BYTES
*/
