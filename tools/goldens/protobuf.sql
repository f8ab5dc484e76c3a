-- What Flink's protobuf format makes of rows and of bytes. OUT is the folder that files go to; rows stand in src/data/formats/testdata.
CREATE TABLE rows_in (b BOOLEAN, i4 INT, s4 INT, u4 INT, x4 INT, y4 INT, i8 BIGINT, s8 BIGINT, u8 BIGINT, x8 BIGINT, y8 BIGINT, f4 FLOAT, f8 DOUBLE, s STRING, y BYTES, e STRING, n INT, r ROW<p INT, q STRING, c ARRAY<STRING>>, a ARRAY<INT>, t ARRAY<STRING>, ar ARRAY<ROW<q STRING, p INT>>, m MAP<STRING, BIGINT>, maybe INT, word STRING, `left` INT, `right` STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = 'protobuf_rows.json');
CREATE TABLE records WITH ('connector' = 'records', 'path' = 'OUT/protobuf_records.hex', 'format' = 'protobuf', 'protobuf.message-class-name' = 'freshet.golden.GoldenProto$Wide') LIKE rows_in (EXCLUDING OPTIONS);
INSERT INTO records SELECT * FROM rows_in;
CREATE TABLE old_in (n INT, s STRING, a ARRAY<BIGINT>, k ARRAY<INT>, must BOOLEAN, e STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = 'protobuf_old_rows.json');
CREATE TABLE old_records WITH ('connector' = 'records', 'path' = 'OUT/protobuf_old_records.hex', 'format' = 'protobuf', 'protobuf.message-class-name' = 'freshet.golden.Golden2Proto$Old') LIKE old_in (EXCLUDING OPTIONS);
INSERT INTO old_records SELECT * FROM old_in;
CREATE TABLE protobuf_read (b BOOLEAN, i4 INT, s4 INT, u4 INT, x4 INT, y4 INT, i8 BIGINT, s8 BIGINT, u8 BIGINT, x8 BIGINT, y8 BIGINT, f4 FLOAT, f8 DOUBLE, s STRING, y BYTES, e STRING, n INT, r ROW<p INT, q STRING, c ARRAY<STRING>>, a ARRAY<INT>, t ARRAY<STRING>, ar ARRAY<ROW<q STRING, p INT>>, m MAP<STRING, BIGINT>, maybe INT, word STRING, `left` INT, `right` STRING, mr MAP<INT, ROW<p INT>>) WITH ('connector' = 'inline', 'hex' = 'true', 'format' = 'protobuf', 'protobuf.message-class-name' = 'freshet.golden.GoldenProto$Wide', 'rows' = 'protobuf_read.hex');
SELECT * FROM protobuf_read;
CREATE TABLE protobuf_read_defaults WITH ('protobuf.read-default-values' = 'true') LIKE protobuf_read;
SELECT * FROM protobuf_read_defaults;
CREATE TABLE protobuf_old_read (n INT, s STRING, a ARRAY<BIGINT>, k ARRAY<INT>, must BOOLEAN, e STRING) WITH ('connector' = 'inline', 'hex' = 'true', 'format' = 'protobuf', 'protobuf.message-class-name' = 'freshet.golden.Golden2Proto$Old', 'rows' = 'protobuf_old_read.hex');
SELECT * FROM protobuf_old_read;
CREATE TABLE protobuf_old_read_defaults WITH ('protobuf.read-default-values' = 'true') LIKE protobuf_old_read;
SELECT * FROM protobuf_old_read_defaults;
