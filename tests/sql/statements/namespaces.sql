-- catalogs and databases: a name means the table of the current one, or of the one that stands in front of it
CREATE DATABASE shop COMMENT 'of orders';
CREATE DATABASE IF NOT EXISTS shop;
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
');
DESCRIBE DATABASE shop;
CREATE DATABASE owned COMMENT 'by somebody' WITH ('owner' = 'us', 'api-key' = 'k');
DESCRIBE DATABASE EXTENDED default_catalog.owned;
DROP DATABASE owned;
USE shop;
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
2
');
CREATE VIEW doubled AS SELECT a * 2 AS a FROM t;
SELECT t.a, d.a AS b FROM t JOIN default_database.t AS d ON TRUE;
CREATE CATALOG other COMMENT 'beside' WITH ('type' = 'generic_in_memory');
DESCRIBE CATALOG other;
DESCRIBE CATALOG EXTENDED other;
DESCRIBE CATALOG default_catalog;
USE CATALOG other;
SHOW CURRENT CATALOG;
SHOW CURRENT DATABASE;
SELECT a FROM default_catalog.shop.doubled;
SHOW CATALOGS;
SHOW TABLES FROM default_catalog.shop;
SHOW TABLES FROM default_catalog.shop LIKE 'd%';
SHOW VIEWS FROM default_catalog.shop;
USE CATALOG default_catalog;
SHOW DATABASES;
WITH t AS (SELECT 7 AS a) SELECT a FROM t;
DROP DATABASE shop CASCADE;
DROP CATALOG IF EXISTS nothing;
DROP CATALOG other;
SHOW DATABASES;
SHOW CATALOGS NOT LIKE 'x%';
/* expect printed
name shop
comment of orders
name owned
comment by somebody
option:api-key ******
option:owner us
name other
comment beside
name other
comment beside
option:type generic_in_memory
name default_catalog
other
default
default_catalog
other
doubled
t
doubled
doubled
default_database
shop
default_database
default_catalog
*/
/* expect select_1
{"a":2,"b":1}
*/
/* expect select_2
{"a":4}
*/
/* expect select_3
{"a":7}
*/
