-- VALUES are computed while the query is planned.
CREATE TEMPORARY FUNCTION f AS 'samples.twice' LANGUAGE PYTHON; SELECT x FROM (VALUES (f(1))) AS a (x);
/* expect error
function F (samples.twice) cannot stand here
*/
