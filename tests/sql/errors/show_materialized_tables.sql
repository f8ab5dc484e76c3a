-- materialized tables are tables
SHOW MATERIALIZED TABLES;
/* expect error
SHOW MATERIALIZED TABLES is not supported
*/
