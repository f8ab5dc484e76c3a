-- A row is late behind a timer by which Flink would have forgotten its partition, had not a later row kept it; with frames far longer than the steps between rows.
CREATE TABLE c (id INT, k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '10' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,b,1.0,2024-01-01 10:00:10
2,a,20.5,2024-01-01 10:00:25
3,b,4.25,2024-01-01 10:01:00
7,a,15.0,2024-01-01 10:02:17
8,b,2.0,2024-01-01 10:02:50
10,a,20.0,2024-01-01 10:03:36
13,b,3.5,2024-01-01 10:03:56
14,a,5.0,2024-01-01 10:02:36
15,a,6.0,2024-01-01 10:03:40
16,b,7.0,2024-01-01 10:03:20
17,b,8.0,2024-01-01 10:04:30
18,a,9.0,2024-01-01 10:05:20
19,a,1.5,2024-01-01 10:03:50
20,b,2.5,2024-01-01 10:05:11
21,a,3.5,2024-01-01 10:09:40
22,a,4.5,2024-01-01 10:05:30
23,b,5.5,2024-01-01 10:14:00
24,a,6.5,2024-01-01 10:09:45
25,b,7.5,2024-01-01 10:05:00
26,b,8.5,2024-01-01 10:14:30
27,a,1.0,2024-01-01 10:10:00
28,a,2.0,2024-01-01 10:20:00
');
SELECT id, k, SUM(v) OVER w AS s, COUNT(*) OVER w AS n FROM c WINDOW w AS (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '2' MINUTE PRECEDING AND CURRENT ROW);
SELECT id, k, SUM(v) OVER w AS s, COUNT(*) OVER w AS n FROM c WINDOW w AS (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '20' SECOND PRECEDING AND CURRENT ROW);
SELECT id, k, SUM(v) OVER w AS s, COUNT(*) OVER w AS n FROM c WINDOW w AS (ORDER BY ts RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND CURRENT ROW);
SELECT id, k, SUM(v) OVER w AS s, COUNT(*) OVER w AS n FROM c WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
/* expect select_1
{"id":1,"k":"b","s":1.0,"n":1}
{"id":10,"k":"a","s":35.0,"n":2}
{"id":13,"k":"b","s":12.5,"n":3}
{"id":15,"k":"a","s":41.0,"n":3}
{"id":16,"k":"b","s":9.0,"n":2}
{"id":17,"k":"b","s":20.5,"n":4}
{"id":18,"k":"a","s":36.5,"n":4}
{"id":19,"k":"a","s":42.5,"n":4}
{"id":2,"k":"a","s":20.5,"n":1}
{"id":20,"k":"b","s":21.0,"n":4}
{"id":21,"k":"a","s":3.5,"n":1}
{"id":23,"k":"b","s":5.5,"n":1}
{"id":24,"k":"a","s":6.5,"n":1}
{"id":25,"k":"b","s":7.5,"n":1}
{"id":26,"k":"b","s":14.0,"n":2}
{"id":27,"k":"a","s":1.0,"n":1}
{"id":28,"k":"a","s":2.0,"n":1}
{"id":3,"k":"b","s":5.25,"n":2}
{"id":7,"k":"a","s":35.5,"n":2}
{"id":8,"k":"b","s":6.25,"n":2}
*/
/* expect select_2
{"id":1,"k":"b","s":1.0,"n":1}
{"id":10,"k":"a","s":20.0,"n":1}
{"id":13,"k":"b","s":3.5,"n":1}
{"id":15,"k":"a","s":26.0,"n":2}
{"id":16,"k":"b","s":7.0,"n":1}
{"id":17,"k":"b","s":8.0,"n":1}
{"id":18,"k":"a","s":9.0,"n":1}
{"id":19,"k":"a","s":1.5,"n":1}
{"id":2,"k":"a","s":20.5,"n":1}
{"id":20,"k":"b","s":2.5,"n":1}
{"id":21,"k":"a","s":3.5,"n":1}
{"id":23,"k":"b","s":5.5,"n":1}
{"id":24,"k":"a","s":6.5,"n":1}
{"id":25,"k":"b","s":7.5,"n":1}
{"id":26,"k":"b","s":8.5,"n":1}
{"id":27,"k":"a","s":1.0,"n":1}
{"id":28,"k":"a","s":2.0,"n":1}
{"id":3,"k":"b","s":4.25,"n":1}
{"id":7,"k":"a","s":15.0,"n":1}
{"id":8,"k":"b","s":2.0,"n":1}
*/
/* expect select_3
{"id":1,"k":"b","s":1.0,"n":1}
{"id":10,"k":"a","s":22.0,"n":2}
{"id":13,"k":"b","s":29.5,"n":3}
{"id":15,"k":"a","s":28.0,"n":3}
{"id":17,"k":"b","s":37.5,"n":4}
{"id":18,"k":"a","s":19.5,"n":3}
{"id":2,"k":"a","s":21.5,"n":2}
{"id":20,"k":"b","s":10.5,"n":2}
{"id":21,"k":"a","s":3.5,"n":1}
{"id":23,"k":"b","s":5.5,"n":1}
{"id":26,"k":"b","s":14.0,"n":2}
{"id":28,"k":"a","s":2.0,"n":1}
{"id":3,"k":"b","s":25.75,"n":3}
{"id":7,"k":"a","s":15.0,"n":1}
{"id":8,"k":"b","s":17.0,"n":2}
*/
/* expect select_4
{"id":1,"k":"b","s":1.0,"n":1}
{"id":10,"k":"a","s":55.5,"n":3}
{"id":13,"k":"b","s":12.5,"n":3}
{"id":15,"k":"a","s":41.0,"n":3}
{"id":16,"k":"b","s":13.25,"n":3}
{"id":17,"k":"b","s":18.5,"n":3}
{"id":18,"k":"a","s":16.5,"n":3}
{"id":19,"k":"a","s":27.5,"n":3}
{"id":2,"k":"a","s":20.5,"n":1}
{"id":20,"k":"b","s":14.0,"n":3}
{"id":21,"k":"a","s":17.0,"n":3}
{"id":22,"k":"a","s":15.0,"n":3}
{"id":23,"k":"b","s":16.0,"n":3}
{"id":24,"k":"a","s":14.5,"n":3}
{"id":26,"k":"b","s":16.5,"n":3}
{"id":27,"k":"a","s":11.0,"n":3}
{"id":28,"k":"a","s":9.5,"n":3}
{"id":3,"k":"b","s":5.25,"n":2}
{"id":7,"k":"a","s":35.5,"n":2}
{"id":8,"k":"b","s":7.25,"n":3}
*/
