-- An argument is cast where INSERT INTO would cast it, and no further.
CREATE TEMPORARY FUNCTION f AS 'samples.twice' LANGUAGE PYTHON; SELECT f('a') AS x;
/* expect error
argument 1 of function F is CHAR(1), it takes BIGINT; put a CAST around it
*/
