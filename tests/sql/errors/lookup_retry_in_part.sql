-- A retry of which a part is not said
CREATE TABLE side (id INT, kind STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,a');
CREATE TABLE txn (merchant INT, proc AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT /*+ LOOKUP('table' = 's', 'retry-predicate' = 'lookup_miss', 'max-attempts' = '3') */ s.kind FROM txn AS t JOIN side FOR SYSTEM_TIME AS OF t.proc AS s ON t.merchant = s.id;
/* expect error
'retry-predicate', 'retry-strategy', 'fixed-delay' and 'max-attempts' go together; one of them is missing
*/
