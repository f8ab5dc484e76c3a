-- rows written to files come back from them; partition values become folders
CREATE TABLE files (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'data/out', 'format' = 'json');
INSERT INTO files VALUES ('a', 1), ('b "quoted"', 2), (CAST(NULL AS STRING), 3);
INSERT INTO files VALUES ('later', 4);
SELECT * FROM files;
/* expect select_1
{"k":"a","v":1}
{"k":"b \"quoted\"","v":2}
{"k":"later","v":4}
{"k":null,"v":3}
*/
