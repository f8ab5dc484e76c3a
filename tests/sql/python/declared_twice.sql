-- A name is declared once.
CREATE TEMPORARY FUNCTION f AS 'samples.tag' LANGUAGE PYTHON; CREATE TEMPORARY FUNCTION f AS 'samples.tag' LANGUAGE PYTHON;
/* expect error
a function named 'F' is there already; DROP it first or say IF NOT EXISTS
*/
