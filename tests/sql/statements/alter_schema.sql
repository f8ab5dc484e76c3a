-- ALTER TABLE ADD, MODIFY, DROP and RENAME change what the table declares
CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"a":1,"b":"x","c":5,"d":"2024-01-01 00:00:01","f":7}
');
ALTER TABLE t ADD c INT;
ALTER TABLE t ADD (d TIMESTAMP(3) NOT NULL COMMENT 'when' FIRST, e AS a + 1 AFTER d, WATERMARK FOR d AS d - INTERVAL '1' SECOND, PRIMARY KEY (a) NOT ENFORCED);
DESCRIBE t;
ALTER TABLE t MODIFY a BIGINT AFTER c;
ALTER TABLE t MODIFY (WATERMARK FOR d AS d, PRIMARY KEY (a, b) NOT ENFORCED);
ALTER TABLE t DROP PRIMARY KEY;
ALTER TABLE t RENAME c TO f;
ALTER TABLE t DROP (b, e);
DESCRIBE t;
SELECT * FROM t;
ALTER TABLE t DROP WATERMARK;
ALTER TABLE t ADD DISTRIBUTION BY (a) INTO 2 BUCKETS;
ALTER TABLE t DROP DISTRIBUTION;
ALTER TABLE IF EXISTS nothing ADD x INT;
SHOW CREATE TABLE t;
/* expect printed
d TIMESTAMP(3) *ROWTIME* NOT NULL
e INT NOT NULL
a INT NOT NULL
b STRING
c INT
d TIMESTAMP(3) *ROWTIME* NOT NULL
f INT
a BIGINT NOT NULL
CREATE TABLE `default_catalog`.`default_database`.`t` (
  `d` TIMESTAMP(3) NOT NULL COMMENT 'when',
  `f` INT,
  `a` BIGINT NOT NULL
)
WITH (
  'connector' = 'inline',
  'format' = 'json',
  'rows' = '
{"a":1,"b":"x","c":5,"d":"2024-01-01 00:00:01","f":7}
'
)
*/
/* expect select_1
{"d":"2024-01-01 00:00:01.000","f":7,"a":1}
*/
