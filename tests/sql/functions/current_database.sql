-- the current database
SELECT CURRENT_DATABASE() AS d, TYPEOF(CURRENT_DATABASE()) AS t FROM (VALUES (1)) AS v (a);
/* expect select_1
{"d":"default_database","t":"STRING NOT NULL"}
*/
