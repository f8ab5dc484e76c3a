-- The name of a built-in function is not taken.
CREATE TEMPORARY FUNCTION upper AS 'samples.tag' LANGUAGE PYTHON;
/* expect error
function UPPER: a built-in function has this name; give yours another
*/
