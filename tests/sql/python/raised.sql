-- An exception ends the query and says of what.
CREATE TEMPORARY FUNCTION f AS 'samples.even' LANGUAGE PYTHON; SELECT f(x) AS y FROM (VALUES (2), (101)) AS a (x);
/* expect error
function samples.even: even(101) raised OverflowError
*/
