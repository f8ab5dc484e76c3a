-- partitions are no catalog's
SHOW PARTITIONS t;
/* expect error
SHOW PARTITIONS is not supported
*/
