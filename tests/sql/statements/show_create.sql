-- SHOW CREATE says a declaration again: columns of each kind, watermark, key, comments, passwords as stars
CREATE TABLE t (
  id INT COMMENT 'of the order', `odd name` STRING NOT NULL,
  fields ROW<x INT, y ARRAY<STRING>>, doubled AS id*2, ts TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL,
  moment AS CAST(ts AS TIMESTAMP(3)), WATERMARK FOR moment AS moment - INTERVAL '5' SECOND, PRIMARY KEY (id) NOT ENFORCED
) COMMENT 'it''s one' PARTITIONED BY (id) WITH ('connector' = 'kafka', 'properties.sasl.password' = 'hidden', 'topic' = 'a');
SHOW CREATE TABLE t;
CREATE TABLE b (a INT) DISTRIBUTED BY HASH(a) INTO 4 BUCKETS WITH ('connector' = 'print');
SHOW CREATE TABLE b;
CREATE VIEW v (n) COMMENT 'small' AS SELECT COUNT(*) FROM (VALUES (1), (2)) AS x(`odd`) WHERE `odd` > 1 AND TRIM('a' FROM ' it''s') <> 'b';
SHOW CREATE VIEW v;
CREATE MODEL m INPUT (a DOUBLE) OUTPUT (b DOUBLE) WITH ('provider' = 'house', 'model' = 'm');
SHOW CREATE MODEL m;
DESCRIBE MODEL m;
SHOW COLUMNS FROM t LIKE '%d%';
SHOW FUNCTIONS LIKE 'REGEXP_E%';
SHOW FUNCTIONS ILIKE 'count%';
SHOW MODULES;
SHOW JOBS;
SHOW USER FUNCTIONS;
/* expect printed
CREATE TABLE `default_catalog`.`default_database`.`t` (
  `id` INT NOT NULL COMMENT 'of the order',
  `odd name` STRING NOT NULL,
  `fields` ROW<`x` INT, `y` ARRAY<STRING>>,
  `doubled` AS id * 2,
  `ts` TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL,
  `moment` AS CAST(ts AS TIMESTAMP(3)),
  WATERMARK FOR `moment` AS moment - INTERVAL '5' SECOND,
  PRIMARY KEY (`id`) NOT ENFORCED
)
COMMENT 'it''s one'
PARTITIONED BY (`id`)
WITH (
  'connector' = 'kafka',
  'properties.sasl.password' = '******',
  'topic' = 'a'
)
CREATE TABLE `default_catalog`.`default_database`.`b` (
  `a` INT
)
DISTRIBUTED BY HASH(`a`) INTO 4 BUCKETS
WITH (
  'connector' = 'print'
)
CREATE VIEW `default_catalog`.`default_database`.`v` (
  `n`
)
COMMENT 'small'
AS SELECT COUNT(*) FROM (VALUES (1), (2)) AS x(`odd`) WHERE `odd` > 1 AND TRIM('a' FROM ' it''s') <> 'b'
CREATE MODEL `default_catalog`.`default_database`.`m`
INPUT (`a` DOUBLE)
OUTPUT (`b` DOUBLE)
WITH (
  'model' = 'm',
  'provider' = 'house'
)
a DOUBLE INPUT
b DOUBLE OUTPUT
id INT NOT NULL
odd name STRING NOT NULL
fields ROW<`x` INT, `y` ARRAY<STRING>>
doubled INT NOT NULL
REGEXP_EXTRACT
REGEXP_EXTRACT_ALL
COUNT
COUNT_CHAR
core
*/
