-- A temporal join meets the version valid at the row's time: bound included, versions out of order, deletions by none, late rows not dropped.
-- flink differs, select_4: it forgets versions of a view that come out of order (decision 0120)
CREATE TABLE txn (txn INT, card STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,c1,2024-01-01 00:00:01
2,c2,2024-01-01 00:00:02
3,c1,2024-01-01 00:00:05
4,c1,2024-01-01 00:00:04
5,c3,2024-01-01 00:00:12
6,NULL,2024-01-01 00:00:13
8,c2,2024-01-01 00:00:21
');
CREATE TABLE profile (card STRING, risk DOUBLE, updated TIMESTAMP(3), WATERMARK FOR updated AS updated - INTERVAL '20' SECOND, PRIMARY KEY (card) NOT ENFORCED) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
c1,0.1,2024-01-01 00:00:00
c2,0.2,2024-01-01 00:00:00
c1,0.9,2024-01-01 00:00:05
c2,0.3,2024-01-01 00:00:20
c1,0.5,2024-01-01 00:00:03
');
SELECT t.txn, p.risk FROM txn AS t LEFT JOIN profile FOR SYSTEM_TIME AS OF t.ts AS p ON t.card = p.card;
SELECT t.txn, p.risk FROM txn AS t JOIN profile FOR SYSTEM_TIME AS OF t.ts AS p ON t.card = p.card AND p.risk > 0.15 WHERE t.txn < 8;
CREATE VIEW risks AS SELECT t.txn, t.ts, p.risk FROM txn AS t LEFT JOIN profile FOR SYSTEM_TIME AS OF t.ts AS p ON t.card = p.card;
CREATE VIEW newest AS SELECT card, risk, updated FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY card ORDER BY updated DESC) AS rn FROM profile) WHERE rn = 1;
SELECT window_end, COUNT(*) AS n, MAX(risk) AS worst FROM TABLE(TUMBLE(TABLE risks, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
SELECT t.txn, n.risk FROM txn AS t JOIN newest FOR SYSTEM_TIME AS OF t.ts AS n ON t.card = n.card;
/* expect select_1
{"txn":1,"risk":0.1}
{"txn":2,"risk":0.2}
{"txn":3,"risk":0.9}
{"txn":4,"risk":0.5}
{"txn":5,"risk":null}
{"txn":6,"risk":null}
{"txn":8,"risk":0.3}
*/
/* expect select_2
{"txn":2,"risk":0.2}
{"txn":3,"risk":0.9}
{"txn":4,"risk":0.5}
*/
/* expect select_3
{"window_end":"2024-01-01 00:00:10.000","n":4,"worst":0.9}
{"window_end":"2024-01-01 00:00:20.000","n":2,"worst":null}
{"window_end":"2024-01-01 00:00:30.000","n":1,"worst":0.3}
*/
/* expect select_4
{"txn":1,"risk":0.1}
{"txn":2,"risk":0.2}
{"txn":3,"risk":0.9}
{"txn":4,"risk":0.5}
{"txn":8,"risk":0.3}
*/
