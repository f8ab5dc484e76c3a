-- Arguments are counted.
CREATE TEMPORARY FUNCTION f AS 'samples.twice' LANGUAGE PYTHON; SELECT f(1, 2) AS x;
/* expect error
function F takes 1 argument, got 2
*/
