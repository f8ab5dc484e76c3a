-- A misspelt key of a hint is told with the nearest
CREATE TABLE side (id INT, kind STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,a');
CREATE TABLE txn (merchant INT, proc AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT /*+ LOOKUP('table' = 's', 'max-attempt' = '3') */ s.kind FROM txn AS t JOIN side FOR SYSTEM_TIME AS OF t.proc AS s ON t.merchant = s.id;
/* expect error
hint LOOKUP has no 'max-attempt'; did you mean 'max-attempts'?
*/
