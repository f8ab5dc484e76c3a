-- RANK and DENSE_RANK by event time give rows of one time one place; LEAD, NTILE and shares need the rows behind and correct themselves.
-- flink differs, select_1: its RANK as a stream takes equal rows for different ones
-- flink differs, select_2: its RANK as a stream takes equal rows for different ones
-- flink differs, select_3: it has no LEAD as a stream
-- flink differs, select_4: it has no NTILE, PERCENT_RANK and CUME_DIST as a stream
CREATE TABLE t (id INT, k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,a,7,2024-01-01 00:00:01
2,a,5,2024-01-01 00:00:02
3,a,5,2024-01-01 00:00:02
4,a,1,2024-01-01 00:00:04
5,b,3,2024-01-01 00:00:05
6,a,9,2024-01-01 00:00:09
');
SELECT id, RANK() OVER (PARTITION BY k ORDER BY ts) AS r, DENSE_RANK() OVER (PARTITION BY k ORDER BY ts) AS d FROM t;
SELECT id, RANK() OVER w AS r, SUM(v) OVER w AS s FROM t WINDOW w AS (PARTITION BY k ORDER BY ts);
SELECT id, LEAD(v) OVER (PARTITION BY k ORDER BY ts) AS n, LEAD(v, 2, -1) OVER (PARTITION BY k ORDER BY ts) AS n2 FROM t;
SELECT id, NTILE(2) OVER (PARTITION BY k ORDER BY ts) AS tile, PERCENT_RANK() OVER (PARTITION BY k ORDER BY ts) AS p, CUME_DIST() OVER (PARTITION BY k ORDER BY ts) AS c FROM t;
SELECT id, FIRST_VALUE(v) OVER w AS f, LAST_VALUE(v) OVER w AS l FROM t WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
SELECT id FROM t WHERE k = 'a' ORDER BY ts, v DESC, id DESC;
/* expect select_1
{"id":1,"r":1,"d":1}
{"id":2,"r":2,"d":2}
{"id":3,"r":2,"d":2}
{"id":4,"r":4,"d":3}
{"id":5,"r":1,"d":1}
{"id":6,"r":5,"d":4}
*/
/* expect changelog select_2
{"op":"+I","id":1,"r":1,"s":7}
{"op":"+I","id":2,"r":2,"s":17}
{"op":"+I","id":3,"r":2,"s":17}
{"op":"+I","id":4,"r":4,"s":18}
{"op":"+I","id":5,"r":1,"s":3}
{"op":"+I","id":6,"r":5,"s":27}
*/
/* expect select_3
{"id":1,"n":5,"n2":5}
{"id":2,"n":5,"n2":1}
{"id":3,"n":1,"n2":9}
{"id":4,"n":9,"n2":-1}
{"id":5,"n":null,"n2":-1}
{"id":6,"n":null,"n2":-1}
*/
/* expect select_4
{"id":1,"tile":1,"p":0.0,"c":0.2}
{"id":2,"tile":1,"p":0.25,"c":0.6}
{"id":3,"tile":1,"p":0.25,"c":0.6}
{"id":4,"tile":2,"p":0.75,"c":0.8}
{"id":5,"tile":1,"p":0.0,"c":1.0}
{"id":6,"tile":2,"p":1.0,"c":1.0}
*/
/* expect select_5
{"id":1,"f":7,"l":7}
{"id":2,"f":7,"l":5}
{"id":3,"f":5,"l":5}
{"id":4,"f":5,"l":1}
{"id":5,"f":3,"l":3}
{"id":6,"f":1,"l":9}
*/
/* expect changelog select_6
{"op":"+I","id":1}
{"op":"+I","id":3}
{"op":"+I","id":2}
{"op":"+I","id":4}
{"op":"+I","id":6}
*/
