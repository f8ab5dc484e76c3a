-- ALTER FUNCTION is refused with the remedy.
ALTER FUNCTION f AS 'samples.tag' LANGUAGE PYTHON;
/* expect error
ALTER FUNCTION is not supported; DROP FUNCTION, then CREATE it again
*/
