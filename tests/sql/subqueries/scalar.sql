-- A query as a value is NULL until its row comes and is corrected after it; correlated ones are joined by their equalities, COUNT of nothing is 0.
-- flink differs, select_7: it plans no LIMIT in a correlated query
CREATE TABLE events (side STRING, k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
l,a,1
l,b,5
r,a,5
r,a,6
');
CREATE VIEW l AS SELECT k, v FROM events WHERE side = 'l';
CREATE VIEW r AS SELECT k, v FROM events WHERE side = 'r';
SELECT v, (SELECT MAX(v) FROM r) AS best FROM l WHERE k = 'a';
SELECT k, (SELECT MAX(r.v) FROM r WHERE r.k = l.k) AS best, (SELECT COUNT(*) FROM r WHERE r.k = l.k) AS n FROM l;
SELECT k FROM l WHERE v < (SELECT AVG(v) FROM r);
SELECT k FROM l WHERE v * 2 > (SELECT MIN(v) FROM r) OR v IN (SELECT r.v - 4 FROM r);
SELECT k, SUM(v) + (SELECT MAX(v) FROM r) AS s FROM l GROUP BY k HAVING SUM(v) < (SELECT MAX(v) FROM r);
SELECT k, MAX(CASE WHEN v > (SELECT MIN(v) FROM r WHERE r.v > 5) THEN 1 ELSE 0 END) AS over_it FROM l GROUP BY k;
SELECT k, (SELECT r.v FROM r WHERE r.k = l.k ORDER BY r.v DESC LIMIT 1) AS best FROM l;
/* expect changelog select_1
{"op":"+I","v":1,"best":null}
{"op":"-D","v":1,"best":null}
{"op":"+I","v":1,"best":5}
{"op":"-D","v":1,"best":5}
{"op":"+I","v":1,"best":null}
{"op":"-D","v":1,"best":null}
{"op":"+I","v":1,"best":6}
*/
/* expect select_2
{"k":"a","best":6,"n":2}
{"k":"b","best":null,"n":0}
*/
/* expect select_3
{"k":"a"}
*/
/* expect select_4
{"k":"a"}
{"k":"b"}
*/
/* expect select_5
{"k":"a","s":7}
{"k":"b","s":11}
*/
/* expect select_6
{"k":"a","over_it":0}
{"k":"b","over_it":0}
*/
/* expect select_7
{"k":"a","best":6}
{"k":"b","best":null}
*/
