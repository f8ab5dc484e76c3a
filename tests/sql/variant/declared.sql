-- VARIANT wherever a type or a value may stand: SHOW CREATE, ALTER, AS query, VALUES, computed columns, CASTs of rows
-- flink differs, p: it has no VARIANT where an INSERT names its columns
CREATE TABLE t (id INT, s STRING, v AS PARSE_JSON(s), a AS PARSE_JSON(s)['a']) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"a\":[1]}"}
{"id":2,"s":"{}"}
');
CREATE TABLE p (id INT) WITH ('connector' = 'print');
ALTER TABLE p ADD (v VARIANT COMMENT 'as it came', m MAP<STRING, VARIANT NOT NULL>);
SHOW CREATE TABLE p;
DESCRIBE t;
INSERT INTO p (id, v) VALUES (1, PARSE_JSON('[1]')), (2, CAST(NULL AS VARIANT));
CREATE TABLE q WITH ('connector' = 'print') AS SELECT v, id FROM t;
SELECT * FROM t;
SELECT r.x, r.y['a'] AS a FROM (SELECT CAST(ROW(id, v) AS ROW<x BIGINT, y VARIANT>) AS r FROM t);
SELECT * FROM (VALUES (PARSE_JSON('{"b":2}')), (PARSE_JSON('1'))) AS x (v);
/* expect printed
CREATE TABLE `default_catalog`.`default_database`.`p` (
  `id` INT,
  `v` VARIANT COMMENT 'as it came',
  `m` MAP<STRING, VARIANT NOT NULL>
)
WITH (
  'connector' = 'print'
)
id INT
s STRING
v VARIANT
a VARIANT
*/
/* expect p
{"id":1,"v":"[1]","m":null}
{"id":2,"v":null,"m":null}
*/
/* expect q
{"v":"{\"a\":[1]}","id":1}
{"v":"{}","id":2}
*/
/* expect select_1
{"id":1,"s":"{\"a\":[1]}","v":"{\"a\":[1]}","a":"[1]"}
{"id":2,"s":"{}","v":"{}","a":null}
*/
/* expect select_2
{"x":1,"a":"[1]"}
{"x":2,"a":null}
*/
/* expect select_3
{"v":"1"}
{"v":"{\"b\":2}"}
*/
