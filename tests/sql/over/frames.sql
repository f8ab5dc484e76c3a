-- OVER by event time: rows wait for the watermark and leave in time order; RANGE gives rows of one time one value, ROWS does not; late rows are dropped, under a bounded frame only those behind what has left of their key.
-- flink differs, select_4: it wants one window for all OVERs of a SELECT
CREATE TABLE txn (txn INT, card STRING, amount DECIMAL(12, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,c1,10.50,2024-01-01 00:00:01
2,c2,99.99,2024-01-01 00:00:02
3,c1,20.00,2024-01-01 00:00:05
4,c1,500.00,2024-01-01 00:00:04
5,c3,7.00,2024-01-01 00:00:12
6,c1,1.25,2024-01-01 00:00:13
7,c2,250.00,2024-01-01 00:00:03
8,c2,35.10,2024-01-01 00:00:21
9,c2,1.00,2024-01-01 00:00:21
');
SELECT txn, COUNT(*) OVER w AS n, SUM(amount) OVER w AS s, AVG(amount) OVER w AS a FROM txn WINDOW w AS (PARTITION BY card ORDER BY ts RANGE BETWEEN INTERVAL '10' SECOND PRECEDING AND CURRENT ROW);
SELECT txn, MAX(amount) OVER w AS m, COUNT(*) OVER w AS n FROM txn WINDOW w AS (PARTITION BY card ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
SELECT txn, SUM(amount) OVER (PARTITION BY card ORDER BY ts) AS s FROM txn;
SELECT txn, LAG(amount) OVER (PARTITION BY card ORDER BY ts) AS l, LAG(amount, 2, 0) OVER (PARTITION BY card ORDER BY ts) AS l2, ROW_NUMBER() OVER (PARTITION BY card ORDER BY ts) AS n FROM txn;
SELECT txn FROM txn ORDER BY ts;
/* expect changelog select_1
{"op":"+I","txn":1,"n":1,"s":"10.50","a":"10.500000"}
{"op":"+I","txn":2,"n":1,"s":"99.99","a":"99.990000"}
{"op":"+I","txn":4,"n":2,"s":"510.50","a":"255.250000"}
{"op":"+I","txn":3,"n":3,"s":"530.50","a":"176.833333"}
{"op":"+I","txn":7,"n":2,"s":"349.99","a":"174.995000"}
{"op":"+I","txn":5,"n":1,"s":"7.00","a":"7.000000"}
{"op":"+I","txn":6,"n":3,"s":"521.25","a":"173.750000"}
{"op":"+I","txn":8,"n":2,"s":"36.10","a":"18.050000"}
{"op":"+I","txn":9,"n":2,"s":"36.10","a":"18.050000"}
*/
/* expect select_2
{"txn":1,"m":"10.50","n":1}
{"txn":2,"m":"99.99","n":1}
{"txn":3,"m":"500.00","n":2}
{"txn":4,"m":"500.00","n":2}
{"txn":5,"m":"7.00","n":1}
{"txn":6,"m":"20.00","n":2}
{"txn":7,"m":"250.00","n":2}
{"txn":8,"m":"250.00","n":2}
{"txn":9,"m":"35.10","n":2}
*/
/* expect select_3
{"txn":1,"s":"10.50"}
{"txn":2,"s":"99.99"}
{"txn":3,"s":"530.50"}
{"txn":4,"s":"510.50"}
{"txn":5,"s":"7.00"}
{"txn":6,"s":"531.75"}
{"txn":8,"s":"136.09"}
{"txn":9,"s":"136.09"}
*/
/* expect select_4
{"txn":1,"l":null,"l2":"0.00","n":1}
{"txn":2,"l":null,"l2":"0.00","n":1}
{"txn":3,"l":"500.00","l2":"10.50","n":3}
{"txn":4,"l":"10.50","l2":"0.00","n":2}
{"txn":5,"l":null,"l2":"0.00","n":1}
{"txn":6,"l":"20.00","l2":"500.00","n":4}
{"txn":8,"l":"99.99","l2":"0.00","n":2}
{"txn":9,"l":"35.10","l2":"99.99","n":3}
*/
/* expect changelog select_5
{"op":"+I","txn":1}
{"op":"+I","txn":2}
{"op":"+I","txn":4}
{"op":"+I","txn":3}
{"op":"+I","txn":5}
{"op":"+I","txn":6}
{"op":"+I","txn":8}
{"op":"+I","txn":9}
*/
