-- a function of Flink that is not there is refused by name, with what to write
-- flink differs, error: it has the type BITMAP
SELECT BITMAP_BUILD_AGG(x) AS b FROM (VALUES (1)) AS t (x);
/* expect error
function BITMAP_BUILD_AGG is not supported: there is no type BITMAP; ARRAY_AGG(DISTINCT x) keeps a set, COUNT(DISTINCT x) counts it exactly
*/
