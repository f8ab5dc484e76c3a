-- What only a backtracking engine reads is refused by name.
-- flink differs, error: its engine backtracks (decision 0121)
SELECT REGEXP_EXTRACT('abab', '(ab)\1') AS r;
/* expect error
'\1' is not supported
*/
