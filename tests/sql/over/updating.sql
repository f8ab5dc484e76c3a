-- OVER in an order that is no time, without an order, and over rows that are taken back corrects what it has said.
-- flink differs, select_2: it needs an order
-- flink differs, select_3: it takes no ROW_NUMBER beside RANK
-- flink differs, select_4: it takes no bound over RANK
-- flink differs, select_5: it takes no bounded frame in the order of a value
CREATE TABLE t (id INT, k STRING, v INT, p AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,a,7
2,a,5
3,b,3
4,a,9
5,a,5
');
SELECT id, SUM(v) OVER (PARTITION BY k ORDER BY v) AS s FROM t WHERE id < 5;
SELECT id, SUM(v) OVER (PARTITION BY k) AS s, COUNT(*) OVER (PARTITION BY k) AS n FROM t;
SELECT id, v, RANK() OVER (PARTITION BY k ORDER BY v) AS r, DENSE_RANK() OVER (PARTITION BY k ORDER BY v) AS d, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v) AS n FROM t;
SELECT * FROM (SELECT id, v, RANK() OVER (PARTITION BY k ORDER BY v DESC) AS r FROM t) WHERE r <= 2;
SELECT k, n, SUM(n) OVER (ORDER BY k ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k);
SELECT id, SUM(v) OVER (PARTITION BY k ORDER BY p) AS s, COUNT(*) OVER (PARTITION BY k ORDER BY p) AS n FROM t;
SELECT id, SUM(v) OVER (PARTITION BY k ORDER BY p ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM t;
/* expect changelog select_1
{"op":"+I","id":1,"s":7}
{"op":"+I","id":2,"s":5}
{"op":"-U","id":1,"s":7}
{"op":"+U","id":1,"s":12}
{"op":"+I","id":3,"s":3}
{"op":"+I","id":4,"s":21}
*/
/* expect select_2
{"id":1,"s":26,"n":4}
{"id":2,"s":26,"n":4}
{"id":3,"s":3,"n":1}
{"id":4,"s":26,"n":4}
{"id":5,"s":26,"n":4}
*/
/* expect select_3
{"id":1,"v":7,"r":3,"d":2,"n":3}
{"id":2,"v":5,"r":1,"d":1,"n":1}
{"id":3,"v":3,"r":1,"d":1,"n":1}
{"id":4,"v":9,"r":4,"d":3,"n":4}
{"id":5,"v":5,"r":1,"d":1,"n":2}
*/
/* expect select_4
{"id":1,"v":7,"r":2}
{"id":3,"v":3,"r":1}
{"id":4,"v":9,"r":1}
*/
/* expect select_5
{"k":"a","n":4,"s":4}
{"k":"b","n":1,"s":5}
*/
/* expect changelog select_6
{"op":"+I","id":1,"s":7,"n":1}
{"op":"+I","id":2,"s":12,"n":2}
{"op":"+I","id":3,"s":3,"n":1}
{"op":"+I","id":4,"s":21,"n":3}
{"op":"+I","id":5,"s":26,"n":4}
*/
/* expect select_7
{"id":1,"s":7}
{"id":2,"s":12}
{"id":3,"s":3}
{"id":4,"s":14}
{"id":5,"s":14}
*/
