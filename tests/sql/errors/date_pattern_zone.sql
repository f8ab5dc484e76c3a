-- a local time has no zone to write
SELECT DATE_FORMAT(TIMESTAMP '2024-01-01 00:00:00', 'yyyy XXX') AS x;
/* expect error
a local time has no zone to write
*/
