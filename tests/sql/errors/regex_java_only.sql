-- What only a backtracking engine reads is refused by name.
SELECT REGEXP_EXTRACT('abab', '(ab)\1') AS r;
/* expect error
'\1' is not supported
*/
