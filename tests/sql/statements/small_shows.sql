-- what there is none of is an empty list; a catalog is shown as it was declared
CREATE CATALOG other COMMENT 'it''s beside' WITH ('type' = 'generic_in_memory', 'default-database' = 'd');
SHOW CREATE CATALOG other;
SHOW FULL MODULES;
SHOW JARS;
SHOW PROCEDURES;
SHOW PROCEDURES FROM other.d LIKE 'x%';
/* expect printed
CREATE CATALOG `other`
COMMENT 'it''s beside'
WITH (
  'default-database' = 'd',
  'type' = 'generic_in_memory'
)
core true
*/
