-- What Python has no value for is refused.
CREATE TEMPORARY FUNCTION f AS 'samples.tag' LANGUAGE PYTHON; SELECT f(CURRENT_TIMESTAMP) AS x;
/* expect error
argument 1 of function F: values of TIMESTAMP_LTZ(3) do not go over
*/
