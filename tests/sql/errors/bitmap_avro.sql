-- nor does avro
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
CREATE TABLE j (id INT, b BITMAP) WITH ('connector' = 'filesystem', 'path' = 'bitmap_avro', 'format' = 'avro');
INSERT INTO j SELECT id, BITMAP_BUILD(a) FROM t;
/* expect error
table j: avro: column b of type BITMAP has no Avro type
*/
