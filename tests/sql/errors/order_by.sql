-- ORDER BY of a plain column without LIMIT is refused for a stream.
CREATE TABLE a (k INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM a ORDER BY k;
/* expect error
sort on a non-time-attribute field is not supported for a stream; add LIMIT
*/
