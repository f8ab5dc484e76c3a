-- arrow files: what is written is read back, by name, in another order and with a column that the files do not have
CREATE TABLE rows_in (id INT NOT NULL, ok BOOLEAN, price DECIMAL(10, 2), big DECIMAL(38, 3), ts TIMESTAMP(3), seen TIMESTAMP_LTZ(6), d DATE, t TIME(3), y BYTES, tags ARRAY<STRING>, inner_row ROW<a INT, b ROW<c STRING>>, m MAP<STRING, INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"ok":true,"price":2.50,"big":12345678901234567890.125,"ts":"2026-11-23 10:00:00.5","seen":"2026-11-23 10:00:00.000001Z","d":"1969-12-31","t":"23:59:59.123","y":"AP8=","tags":["x",null,"longer than twelve bytes"],"inner_row":{"a":1,"b":{"c":"deep"}},"m":{"k":7}}
{"id":2}
{"id":3,"ok":false,"tags":[],"inner_row":{"a":null,"b":{"c":null}},"m":{}}
');
CREATE TABLE files_out WITH ('connector' = 'filesystem', 'path' = 'arrow_out', 'format' = 'arrow', 'arrow.compression' = 'zstd') LIKE rows_in (EXCLUDING OPTIONS);
INSERT INTO files_out SELECT * FROM rows_in;
CREATE TABLE files_in (added STRING, m MAP<STRING, INT>, inner_row ROW<b ROW<c STRING, more INT>, a BIGINT>, tags ARRAY<STRING>, y BYTES, t TIME(3), d DATE, seen TIMESTAMP_LTZ(3), ts TIMESTAMP(6), big DECIMAL(38, 3), price DECIMAL(12, 2), ok BOOLEAN, id BIGINT NOT NULL) WITH ('connector' = 'filesystem', 'path' = 'arrow_out', 'format' = 'arrow');
SELECT * FROM files_in;
SELECT id, inner_row.b.c AS c FROM files_out;
SELECT COUNT(*) AS n FROM files_in;
/* expect select_1
{"added":null,"m":[["k",7]],"inner_row":{"b":{"c":"deep","more":null},"a":1},"tags":["x",null,"longer than twelve bytes"],"y":"00ff","t":"23:59:59.123","d":"1969-12-31","seen":"2026-11-23 10:00:00.000Z","ts":"2026-11-23 10:00:00.500000","big":"12345678901234567890.125","price":"2.50","ok":true,"id":1}
{"added":null,"m":[],"inner_row":{"b":{"c":null,"more":null},"a":null},"tags":[],"y":null,"t":null,"d":null,"seen":null,"ts":null,"big":null,"price":null,"ok":false,"id":3}
{"added":null,"m":null,"inner_row":null,"tags":null,"y":null,"t":null,"d":null,"seen":null,"ts":null,"big":null,"price":null,"ok":null,"id":2}
*/
/* expect select_2
{"id":1,"c":"deep"}
{"id":2,"c":null}
{"id":3,"c":null}
*/
/* expect select_3
{"n":3}
*/
