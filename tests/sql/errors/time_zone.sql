-- an unknown time zone is refused
-- flink differs, error: it takes an unknown zone for GMT
SET 'table.local-time-zone' = 'Europe/Atlantis';
/* expect error
no time zone 'Europe/Atlantis'
*/
