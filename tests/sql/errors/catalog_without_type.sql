-- a catalog says its type
CREATE CATALOG n WITH ('default-database' = 'd');
/* expect error
catalog n needs the option 'type'
*/
