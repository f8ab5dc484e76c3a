-- What leaves the frame is taken out of a sum before the new row is added: of DOUBLE the order is seen.
CREATE TABLE c (id INT, k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,a,1e16,2024-01-01 10:00:01
2,a,1.0,2024-01-01 10:00:02
3,b,20.7,2024-01-01 10:00:02
4,a,1.0,2024-01-01 10:00:03
5,a,0.5,2024-01-01 10:00:04
6,b,17.9,2024-01-01 10:00:05
7,b,21.3,2024-01-01 10:00:06
8,b,24.7,2024-01-01 10:00:07
9,b,0.1,2024-01-01 10:00:08
10,a,0.2,2024-01-01 10:00:08
11,b,0.3,2024-01-01 10:00:08
');
SELECT id, SUM(v) OVER w AS s, AVG(v) OVER w AS m, COUNT(v) OVER w AS n FROM c WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
SELECT id, SUM(v) OVER w AS s, AVG(v) OVER w AS m FROM c WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
SELECT id, SUM(v) OVER w AS s, AVG(v) OVER w AS m FROM c WINDOW w AS (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '1' SECOND PRECEDING AND CURRENT ROW);
/* expect select_1
{"id":1,"s":1e+16,"m":1e+16,"n":1}
{"id":10,"s":-0.3,"m":-0.15,"n":2}
{"id":2,"s":1e+16,"m":5000000000000000.0,"n":2}
{"id":3,"s":20.7,"m":20.7,"n":1}
{"id":4,"s":1.0,"m":0.5,"n":2}
{"id":5,"s":0.5,"m":0.25,"n":2}
{"id":6,"s":38.599999999999994,"m":19.299999999999997,"n":2}
{"id":7,"s":39.199999999999996,"m":19.599999999999998,"n":2}
{"id":8,"s":46.0,"m":23.0,"n":2}
{"id":9,"s":24.8,"m":12.4,"n":2}
*/
/* expect select_2
{"id":1,"s":1e+16,"m":1e+16}
{"id":10,"s":-0.3,"m":-0.09999999999999999}
{"id":2,"s":1e+16,"m":5000000000000000.0}
{"id":3,"s":20.7,"m":20.7}
{"id":4,"s":1e+16,"m":3333333333333333.5}
{"id":5,"s":0.5,"m":0.16666666666666666}
{"id":6,"s":38.599999999999994,"m":19.299999999999997}
{"id":7,"s":59.89999999999999,"m":19.966666666666665}
{"id":8,"s":63.89999999999999,"m":21.299999999999997}
{"id":9,"s":46.099999999999994,"m":15.366666666666665}
*/
/* expect select_3
{"id":1,"s":1e+16,"m":1e+16}
{"id":10,"s":0.2,"m":0.2}
{"id":2,"s":1e+16,"m":5000000000000000.0}
{"id":3,"s":20.7,"m":20.7}
{"id":4,"s":1.0,"m":0.5}
{"id":5,"s":0.5,"m":0.25}
{"id":6,"s":17.9,"m":17.9}
{"id":7,"s":39.2,"m":19.6}
{"id":8,"s":46.0,"m":23.0}
{"id":9,"s":24.8,"m":12.4}
*/
