-- The condition of a join calls nobody.
CREATE TEMPORARY FUNCTION f AS 'samples.twice' LANGUAGE PYTHON; SELECT a.x FROM (VALUES (1)) AS a (x) JOIN (VALUES (2)) AS b (y) ON f(a.x) = b.y;
/* expect error
function F (samples.twice) is not called in the condition of a join; call it in the SELECT of a subquery or view, and use its column there
*/
