-- What answers differently the next time could not take a row back.
CREATE TEMPORARY FUNCTION dice AS 'samples.dice' LANGUAGE PYTHON; SELECT n, dice() AS d FROM (SELECT COUNT(*) AS n FROM (VALUES (1)) AS a (x));
/* expect error
takes rows that are never taken back
*/
