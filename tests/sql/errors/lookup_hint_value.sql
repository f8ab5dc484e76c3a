-- What a hint says is checked
CREATE TABLE side (id INT, kind STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,a');
CREATE TABLE txn (merchant INT, proc AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT /*+ LOOKUP('table' = 's', 'output-mode' = 'any') */ s.kind FROM txn AS t JOIN side FOR SYSTEM_TIME AS OF t.proc AS s ON t.merchant = s.id;
/* expect error
hint LOOKUP: 'output-mode' is 'any'; it takes ordered or allow_unordered
*/
