-- A function that the folder does not have is named.
-- not for flink: Python functions need PyFlink
CREATE TEMPORARY FUNCTION f AS 'samples.none' LANGUAGE PYTHON;
/* expect error
no function 'samples.none'
*/
