-- A form of join that is not there is refused with what to write.
CREATE TABLE a (k INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM a JOIN a AS b USING (k);
/* expect error
line 3, column 17: JOIN … USING is not supported yet; write ON a.k = b.k
*/
