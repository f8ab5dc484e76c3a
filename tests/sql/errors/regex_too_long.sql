-- A pattern of any depth ends in a named refusal, not in the process.
SELECT REGEXP_REPLACE('aaaa', REPEAT('(', 60000) || REPEAT(')', 60000), 'b') AS r;
/* expect error
at most 10000
*/
