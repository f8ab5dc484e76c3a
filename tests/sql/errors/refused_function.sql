-- a function of Flink that is not there is refused by name, with what to write
-- flink differs, error: it has structured types
SELECT OBJECT_OF('com.example.Point', 'x', x) AS p FROM (VALUES (1)) AS t (x);
/* expect error
function OBJECT_OF is not supported: structured types are not supported; use ROW
*/
