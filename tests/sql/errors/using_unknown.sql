-- USING names a column that both sides have.
CREATE TABLE a (k INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM a JOIN a AS b USING (j);
/* expect error
line 3, column 17: no column 'j'; known are k
*/
