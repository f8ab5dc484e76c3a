-- A form of join that is not there is refused with what to write.
-- flink differs, error: USING is not here yet
CREATE TABLE a (k INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM a JOIN a AS b USING (k);
/* expect error
line 4, column 17: JOIN … USING is not supported yet; write ON a.k = b.k
*/
