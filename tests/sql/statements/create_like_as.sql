-- CREATE TABLE LIKE with what to take over, CREATE TABLE AS, ALTER, hints on a sink, INSERT with columns and partitions, ON CONFLICT, DROP.
-- flink differs, keyed: the oracle's sink takes no key
-- flink differs, parts: the oracle's sink takes no partitions
CREATE TABLE base (id INT, doubled AS id * 2, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,2024-01-01 00:00:01
2,2024-01-01 00:00:02
');
CREATE TABLE plain LIKE base (EXCLUDING GENERATED EXCLUDING WATERMARKS);
DESCRIBE plain;
CREATE TABLE tripled (doubled AS id * 3) LIKE base (OVERWRITING GENERATED);
SELECT id, doubled FROM tripled;
CREATE TABLE other WITH ('rows' = '
7,2024-01-01 00:00:07
') LIKE base;
SELECT id, doubled FROM other;
CREATE TABLE copied WITH ('connector' = 'print') AS SELECT id, 'x' || CAST(id AS STRING) AS name FROM base;
DESCRIBE copied;
CREATE TABLE IF NOT EXISTS copied WITH ('connector' = 'print') AS SELECT id, 'y' AS name FROM base;
ALTER TABLE other SET ('rows' = '
8,2024-01-01 00:00:08
');
ALTER TABLE other RENAME TO renamed;
SELECT id FROM renamed;
CREATE TABLE keyed (k INT, v STRING, n INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO keyed (n, k) SELECT id + 1, id FROM base ON CONFLICT DO DEDUPLICATE;
CREATE TABLE parts (id INT, p STRING, q INT) PARTITIONED BY (p, q) WITH ('connector' = 'print');
INSERT INTO parts PARTITION (p = 'left') SELECT id, id * 10 FROM base;
CREATE VIEW v AS SELECT id FROM base;
ALTER VIEW v AS SELECT id + 100 AS id FROM base;
SELECT id FROM v;
DROP VIEW v;
DROP TABLE IF EXISTS nothing;
SHOW VIEWS;
/* expect printed
id INT
ts TIMESTAMP(3)
id INT
name STRING
*/
/* expect select_1
{"id":1,"doubled":3}
{"id":2,"doubled":6}
*/
/* expect select_2
{"id":7,"doubled":14}
*/
/* expect copied
{"id":1,"name":"x1"}
{"id":1,"name":"y"}
{"id":2,"name":"x2"}
{"id":2,"name":"y"}
*/
/* expect select_3
{"id":8}
*/
/* expect keyed
{"k":1,"v":null,"n":2}
{"k":2,"v":null,"n":3}
*/
/* expect parts
{"id":1,"p":"left","q":10}
{"id":2,"p":"left","q":20}
*/
/* expect select_4
{"id":101}
{"id":102}
*/
