-- catalogs of others are refused by name
CREATE CATALOG h WITH ('type' = 'hive', 'hive-conf-dir' = '/etc/hive');
/* expect error
catalog h: type 'hive' is not supported
*/
