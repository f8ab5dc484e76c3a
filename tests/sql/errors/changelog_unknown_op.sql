-- FROM_CHANGELOG ends the job at a word that is no kind of change
CREATE TABLE t (id INT, op STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,INSERT
2,added
');
SELECT * FROM FROM_CHANGELOG(input => TABLE t);
/* expect error
line 6, column 15: FROM_CHANGELOG: 'added' is no kind of change by its op_mapping; map it
*/
