-- Results and state are known by a table's full name: two that read alike are refused by name.
CREATE CATALOG a WITH ('type' = 'generic_in_memory', 'default-database' = 'b');
CREATE TABLE a.b.c (v INT) WITH ('connector' = 'print');
CREATE TABLE `a.b.c` (v INT) WITH ('connector' = 'print');
/* expect error
'a.b.c' would be the name of two tables: catalog 'a', database 'b' has one that reads like it; give one of them another name
*/
