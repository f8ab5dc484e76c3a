-- arrow in topics: the rows of one INSERT are one record, whose place they share; a table may ask for fewer columns and for others
CREATE TABLE sold (id INT NOT NULL, price DECIMAL(10, 2), tags ARRAY<STRING>, buyer ROW<name STRING, city STRING>) WITH ('connector' = 'kafka', 'topic' = 'sold', 'format' = 'arrow', 'sink.partitioner' = 'fixed');
INSERT INTO sold VALUES
  (1, 2.50, ARRAY['a', 'b'], CAST(ROW('Edmund', 'Finchley') AS ROW<name STRING, city STRING>)),
  (2, CAST(NULL AS DECIMAL(10, 2)), CAST(NULL AS ARRAY<STRING>), CAST(NULL AS ROW<name STRING, city STRING>)),
  (3, 4.00, ARRAY['a text of more than twelve bytes'], CAST(ROW('Lucy', CAST(NULL AS STRING)) AS ROW<name STRING, city STRING>));
CREATE TABLE seen (added STRING, buyer ROW<city STRING, age INT>, id BIGINT, `offset` BIGINT METADATA VIRTUAL) WITH ('connector' = 'kafka', 'topic' = 'sold', 'format' = 'arrow', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO sold VALUES (4, 1.00, ARRAY['c'], CAST(ROW('Susan', 'Finchley') AS ROW<name STRING, city STRING>));
SELECT * FROM seen;
SELECT COUNT(*) AS n, SUM(id) AS ids FROM seen WHERE buyer IS NOT NULL;
/* expect select_1
{"added":null,"buyer":null,"id":2,"offset":0}
{"added":null,"buyer":{"city":"Finchley","age":null},"id":1,"offset":0}
{"added":null,"buyer":{"city":"Finchley","age":null},"id":4,"offset":1}
{"added":null,"buyer":{"city":null,"age":null},"id":3,"offset":0}
*/
/* expect select_2
{"n":3,"ids":8}
*/
