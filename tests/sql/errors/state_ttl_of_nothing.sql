-- A hint for an input that is not there is refused.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT /*+ STATE_TTL('u' = '1 h') */ a, COUNT(*) FROM t GROUP BY a;
/* expect error
STATE_TTL('u') names no input of this SELECT's joins or GROUP BY
*/
