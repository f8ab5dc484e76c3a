-- LATERAL asks a query once for each row in front of it: plain, grouped, and the first n of each.
-- flink differs, select_2: it plans no LIMIT in LATERAL
-- flink differs, select_5: it loses the row whose COUNT is of nothing
CREATE TABLE events (side STRING, k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
l,a,1
l,b,5
r,a,5
r,a,6
r,a,2
r,c,9
');
CREATE VIEW l AS SELECT k, v FROM events WHERE side = 'l';
CREATE VIEW r AS SELECT k, v FROM events WHERE side = 'r';
SELECT l.k, x.v FROM l, LATERAL (SELECT v FROM r WHERE r.k = l.k) AS x WHERE x.v > 2;
SELECT l.k, best FROM l CROSS JOIN LATERAL (SELECT v FROM r WHERE r.k = l.k ORDER BY v DESC LIMIT 2) AS x (best);
SELECT l.k, x.s FROM l LEFT JOIN LATERAL (SELECT SUM(v) AS s FROM r WHERE r.k = l.k) AS x ON TRUE;
SELECT * FROM l LEFT JOIN LATERAL (SELECT k AS rk, COUNT(*) AS n FROM r WHERE r.k = l.k GROUP BY k) AS x ON n > 2;
SELECT l.k, x.n, x.best FROM l, LATERAL (SELECT COUNT(*) AS n, MAX(v) AS best FROM r WHERE r.k = l.k) AS x;
/* expect select_1
{"k":"a","v":5}
{"k":"a","v":6}
*/
/* expect select_2
{"k":"a","best":5}
{"k":"a","best":6}
*/
/* expect select_3
{"k":"a","s":13}
{"k":"b","s":null}
*/
/* expect select_4
{"k":"a","v":1,"rk":"a","n":3}
{"k":"b","v":5,"rk":null,"n":null}
*/
/* expect select_5
{"k":"a","n":3,"best":6}
{"k":"b","n":0,"best":null}
*/
