-- IN and EXISTS anywhere in an expression are values: beside OR, in SELECT, under NOT with three-valued logic; grouped, limited and row-valued queries too.
-- flink differs, select_2: it loses every row when a query as a value is empty
-- flink differs, select_3: an EXISTS as a value over nothing is unknown to it
CREATE TABLE events (side STRING, k INT, v STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
l,1,a
l,2,b
l,3,c
l,NULL,d
r,1,a
r,1,x
n,1,q
n,NULL,q
');
CREATE VIEW l AS SELECT k, v FROM events WHERE side = 'l';
CREATE VIEW r AS SELECT k, v FROM events WHERE side = 'r';
CREATE VIEW n AS SELECT k, v FROM events WHERE side = 'n';
CREATE VIEW nothing AS SELECT k, v FROM events WHERE side = 'none';
SELECT v FROM l WHERE v = 'b' OR k IN (SELECT k FROM r);
SELECT v, k IN (SELECT k FROM r) AS among, k NOT IN (SELECT k FROM n) AS outside, k IN (SELECT k FROM nothing) AS nowhere FROM l;
SELECT v, EXISTS (SELECT 1 FROM r WHERE r.k = l.k) AS met, NOT EXISTS (SELECT 1 FROM nothing) AS deserted FROM l;
SELECT v FROM l WHERE NOT (v = 'a' OR k IN (SELECT k FROM r)) AND k IS NOT NULL;
SELECT v FROM l WHERE EXISTS (SELECT k FROM r WHERE r.k = l.k GROUP BY k HAVING COUNT(*) > 1);
SELECT v FROM l WHERE EXISTS (SELECT k FROM r WHERE r.k = l.k LIMIT 1);
SELECT v FROM l WHERE (k, v) IN (SELECT k, v FROM r);
SELECT v FROM l WHERE (k, v) NOT IN (SELECT k, v FROM r) AND v < 'c';
SELECT v FROM l WHERE k = ANY (SELECT k FROM r) AND v <> ALL (SELECT v FROM n);
SELECT k, COUNT(*) AS c FROM r GROUP BY k HAVING k IN (SELECT k FROM l);
SELECT v FROM l WHERE v IN (SELECT v FROM r UNION SELECT v FROM n) OR EXISTS (VALUES (1));
/* expect select_1
{"v":"a"}
{"v":"b"}
*/
/* expect select_2
{"v":"a","among":true,"outside":false,"nowhere":false}
{"v":"b","among":false,"outside":null,"nowhere":false}
{"v":"c","among":false,"outside":null,"nowhere":false}
{"v":"d","among":null,"outside":null,"nowhere":false}
*/
/* expect select_3
{"v":"a","met":true,"deserted":true}
{"v":"b","met":false,"deserted":true}
{"v":"c","met":false,"deserted":true}
{"v":"d","met":false,"deserted":true}
*/
/* expect select_4
{"v":"b"}
{"v":"c"}
*/
/* expect select_5
{"v":"a"}
*/
/* expect select_6
{"v":"a"}
*/
/* expect select_7
{"v":"a"}
*/
/* expect select_8
{"v":"b"}
*/
/* expect select_9
{"v":"a"}
*/
/* expect select_10
{"k":1,"c":2}
*/
/* expect select_11
{"v":"a"}
{"v":"b"}
{"v":"c"}
{"v":"d"}
*/
