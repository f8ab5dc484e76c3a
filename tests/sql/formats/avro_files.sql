-- avro files: what is written is read back, by name, in another order and with a column that the files do not have
CREATE TABLE rows_in (id INT NOT NULL, price DECIMAL(10, 2), ts TIMESTAMP(3), tags ARRAY<STRING>, inner_row ROW<a INT, b ROW<c STRING>>, m MAP<STRING, INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"price":2.50,"ts":"2026-11-23 10:00:00.5","tags":["x",null],"inner_row":{"a":1,"b":{"c":"deep"}},"m":{"k":7}}
{"id":2}
');
CREATE TABLE files_out (id INT NOT NULL, price DECIMAL(10, 2), ts TIMESTAMP(3), tags ARRAY<STRING>, inner_row ROW<a INT, b ROW<c STRING>>, m MAP<STRING, INT>) WITH ('connector' = 'filesystem', 'path' = 'avro_out', 'format' = 'avro', 'avro.codec' = 'deflate');
INSERT INTO files_out SELECT * FROM rows_in;
CREATE TABLE files_in (added STRING, inner_row ROW<a INT, b ROW<c STRING>>, m MAP<STRING, INT>, tags ARRAY<STRING>, ts TIMESTAMP(3), price DECIMAL(10, 2), id INT NOT NULL) WITH ('connector' = 'filesystem', 'path' = 'avro_out', 'format' = 'avro');
SELECT * FROM files_in;
SELECT id, inner_row.b.c AS c FROM files_out;
/* expect select_1
{"added":null,"inner_row":null,"m":null,"tags":null,"ts":null,"price":null,"id":2}
{"added":null,"inner_row":{"a":1,"b":{"c":"deep"}},"m":[["k",7]],"tags":["x",null],"ts":"2026-11-23 10:00:00.500","price":"2.50","id":1}
*/
/* expect select_2
{"id":1,"c":"deep"}
{"id":2,"c":null}
*/
