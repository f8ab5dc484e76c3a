-- A retry of a table that nobody looks up
CREATE TABLE side (id INT, kind STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,a');
CREATE TABLE txn (merchant INT, proc AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT /*+ LOOKUP('table' = 'u', 'retry-predicate' = 'lookup_miss', 'retry-strategy' = 'fixed_delay', 'fixed-delay' = '1 s', 'max-attempts' = '3') */ s.kind FROM txn AS t JOIN side FOR SYSTEM_TIME AS OF t.proc AS s ON t.merchant = s.id;
/* expect error
hint LOOKUP: 'u' names no table that this SELECT looks up
*/
