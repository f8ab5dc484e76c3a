-- IN and EXISTS over queries are semi joins, their negations anti joins; NOT IN beside a NULL keeps nothing.
CREATE TABLE events (side STRING, k INT, v STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
l,1,a
l,2,b
r,1,x
r,1,y
l,3,c
l,NULL,d
');
CREATE VIEW l AS SELECT k, v FROM events WHERE side = 'l';
CREATE VIEW r AS SELECT k, v FROM events WHERE side = 'r';
SELECT v FROM l WHERE k IN (SELECT k FROM r);
SELECT v FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.k = l.k);
SELECT v FROM l WHERE k NOT IN (SELECT k FROM r) AND v <> 'c';
SELECT v FROM l WHERE k NOT IN (SELECT CAST(NULL AS INT) FROM r);
SELECT v FROM l WHERE EXISTS (SELECT * FROM r WHERE v = 'y' AND k = l.k);
SELECT v FROM l WHERE k IN (SELECT MAX(k) FROM l);
/* expect changelog select_1
{"op":"+I","v":"a"}
*/
/* expect select_2
{"v":"b"}
{"v":"c"}
{"v":"d"}
*/
/* expect select_3
{"v":"b"}
*/
/* expect select_4
*/
/* expect select_5
{"v":"a"}
*/
/* expect select_6
{"v":"c"}
*/
