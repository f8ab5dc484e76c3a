-- the changelog functions take rows one by one, so nothing is partitioned for them
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT * FROM TO_CHANGELOG(input => TABLE t PARTITION BY id);
/* expect error
line 3, column 37: TO_CHANGELOG takes no PARTITION BY
*/
