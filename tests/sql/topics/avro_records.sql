-- avro records in topics: what is written is read back, a column less is as good
CREATE TABLE written (id INT NOT NULL, ts TIMESTAMP(3), tags ARRAY<STRING>, price DECIMAL(10, 2)) WITH ('connector' = 'kafka', 'topic' = 'avro', 'format' = 'avro');
INSERT INTO written VALUES (1, TIMESTAMP '2026-11-23 10:00:00.5', ARRAY['x', 'y'], CAST(2.50 AS DECIMAL(10, 2))), (2, CAST(NULL AS TIMESTAMP(3)), CAST(NULL AS ARRAY<STRING>), CAST(NULL AS DECIMAL(10, 2)));
CREATE TABLE rows_in (id INT NOT NULL, ts TIMESTAMP(3), tags ARRAY<STRING>, price DECIMAL(10, 2)) WITH ('connector' = 'kafka', 'topic' = 'avro', 'scan.startup.mode' = 'earliest-offset', 'format' = 'avro');
SELECT * FROM rows_in;
SELECT price, id FROM rows_in;
/* expect select_1
{"id":1,"ts":"2026-11-23 10:00:00.500","tags":["x","y"],"price":"2.50"}
{"id":2,"ts":null,"tags":null,"price":null}
*/
/* expect select_2
{"price":"2.50","id":1}
{"price":null,"id":2}
*/
