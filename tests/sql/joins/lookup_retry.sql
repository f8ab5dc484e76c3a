-- A hint that asks again for what is not there changes no answer of a table that does not change
CREATE TABLE side (id INT, kind STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,grocer
');
CREATE TABLE txn (txn BIGINT, merchant INT, proc AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,1
2,9
');
SELECT /*+ LOOKUP('table' = 's', 'async' = 'true', 'output-mode' = 'allow_unordered', 'capacity' = '100', 'timeout' = '180s', 'retry-predicate' = 'lookup_miss', 'retry-strategy' = 'fixed_delay', 'fixed-delay' = '1 ms', 'max-attempts' = '3') */ t.txn, s.kind
FROM txn AS t LEFT JOIN side FOR SYSTEM_TIME AS OF t.proc AS s ON t.merchant = s.id;
/* expect select_1
{"txn":1,"kind":"grocer"}
{"txn":2,"kind":null}
*/
