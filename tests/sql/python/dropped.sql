-- A function that was dropped is none.
CREATE TEMPORARY FUNCTION f AS 'samples.tag' LANGUAGE PYTHON; DROP TEMPORARY FUNCTION f; SELECT f('a') AS x;
/* expect error
F
*/
