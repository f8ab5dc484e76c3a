-- A name in a database that nobody has created is refused by its name.
SELECT * FROM nowhere.t;
/* expect error
line 2, column 15: no database 'nowhere' in catalog 'default_catalog'; CREATE DATABASE it first
*/
