-- an unknown time zone is refused
SET 'table.local-time-zone' = 'Europe/Atlantis';
/* expect error
no time zone 'Europe/Atlantis'
*/
