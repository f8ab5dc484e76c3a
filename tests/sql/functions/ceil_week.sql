-- CEIL … TO WEEK begins weeks on Sunday; of a Sunday itself it is the next one
-- flink differs, select_1: of a Sunday it is that day's midnight, before the time itself
SELECT CEIL(TIMESTAMP '2026-03-01 10:00:00' TO WEEK) AS a_sunday, CEIL(TIMESTAMP '2026-03-01 00:00:00' TO WEEK) AS at_midnight FROM (VALUES (1)) AS t (a);
SELECT CEIL(TIMESTAMP '2026-03-02 10:00:00' TO WEEK) AS a_monday, CEIL(TIMESTAMP '2026-03-07 23:59:59' TO WEEK) AS a_saturday FROM (VALUES (1)) AS t (a);
/* expect select_1
{"a_sunday":"2026-03-08 00:00:00","at_midnight":"2026-03-01 00:00:00"}
*/
/* expect select_2
{"a_monday":"2026-03-08 00:00:00","a_saturday":"2026-03-08 00:00:00"}
*/
