-- the format json holds no BITMAP
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
CREATE TABLE j (id INT, b BITMAP) WITH ('connector' = 'filesystem', 'path' = 'bitmap_json', 'format' = 'json');
INSERT INTO j SELECT id, BITMAP_BUILD(a) FROM t;
/* expect error
table j: format json: column b of type BITMAP; declare it as BYTES, write BITMAP_TO_BYTES of it there, and read it with BITMAP_FROM_BYTES
*/
