-- FROM_CHANGELOG takes rows that are never taken back
CREATE TABLE t (id INT, op STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,INSERT');
CREATE VIEW counted AS SELECT op, COUNT(*) AS n FROM t GROUP BY op;
SELECT * FROM FROM_CHANGELOG(input => TABLE counted);
/* expect error
FromChangelog(
*/
