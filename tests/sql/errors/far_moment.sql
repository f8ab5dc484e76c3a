-- A moment that nanoseconds do not reach is no TIMESTAMP(9)
-- flink differs, error: its TIMESTAMP(9) reaches from 0001 to 9999
SELECT CAST(CAST('0001-01-01 00:00:00' AS TIMESTAMP(3)) AS TIMESTAMP(9)) AS a;
/* expect error
CAST: '0001-01-01 00:00:00.000' is not a TIMESTAMP(9); TRY_CAST gives NULL instead
*/
