-- A lookup join asks a table as rows come by, through the connector or over a file read once; event time goes on through it.
-- flink differs, select_3: it looks nothing up in files
CREATE TABLE side_file (id BIGINT, kind STRING) WITH ('connector' = 'filesystem', 'path' = 'lookup_side', 'format' = 'csv');
INSERT INTO side_file VALUES (1, 'grocer'), (2, 'fuel'), (2, 'fuel again');
CREATE TABLE side (id INT, extra INT, kind STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,10,grocer
2,20,fuel
');
CREATE TABLE txn (txn BIGINT, merchant INT, ts TIMESTAMP(3), proc AS PROCTIME(), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,1,2024-01-01 00:00:01
2,2,2024-01-01 00:00:02
3,9,2024-01-01 00:00:03
4,NULL,2024-01-01 00:00:14
');
SELECT t.txn, s.kind FROM txn AS t JOIN side FOR SYSTEM_TIME AS OF t.proc AS s ON t.merchant = s.id;
SELECT t.txn, s.kind FROM txn AS t LEFT JOIN side FOR SYSTEM_TIME AS OF t.proc AS s ON s.id = t.merchant AND s.extra > 10;
SELECT t.txn, s.kind FROM txn AS t LEFT JOIN side_file FOR SYSTEM_TIME AS OF t.proc AS s ON MOD(t.txn, 3) = s.id;
CREATE VIEW kinds AS SELECT t.ts, s.kind FROM txn AS t LEFT JOIN side FOR SYSTEM_TIME AS OF t.proc AS s ON t.merchant = s.id;
SELECT window_end, COUNT(kind) AS n FROM TABLE(TUMBLE(TABLE kinds, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
/* expect changelog select_1
{"op":"+I","txn":1,"kind":"grocer"}
{"op":"+I","txn":2,"kind":"fuel"}
*/
/* expect select_2
{"txn":1,"kind":null}
{"txn":2,"kind":"fuel"}
{"txn":3,"kind":null}
{"txn":4,"kind":null}
*/
/* expect select_3
{"txn":1,"kind":"grocer"}
{"txn":2,"kind":"fuel again"}
{"txn":2,"kind":"fuel"}
{"txn":3,"kind":null}
{"txn":4,"kind":"grocer"}
*/
/* expect select_4
{"window_end":"2024-01-01 00:00:10.000","n":2}
{"window_end":"2024-01-01 00:00:20.000","n":0}
*/
