-- USING and NATURAL give the shared columns once and first; a RIGHT JOIN takes the right side's, a FULL JOIN whichever is there.
-- flink differs, select_6: it finds the shared column of a FULL JOIN ambiguous
-- flink differs, select_7: its second USING looks at the left table only
CREATE TABLE events (side STRING, k INT, v STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
l,1,a
l,2,b
r,1,x
r,3,y
');
CREATE VIEW l AS SELECT v AS lv, k FROM events WHERE side = 'l';
CREATE VIEW r AS SELECT k, v AS rv FROM events WHERE side = 'r';
SELECT * FROM l JOIN r USING (k);
SELECT * FROM l LEFT JOIN r USING (k);
SELECT * FROM l RIGHT JOIN r USING (k);
SELECT * FROM l FULL JOIN r USING (k);
SELECT * FROM l NATURAL FULL JOIN r;
SELECT k, l.k AS lk, r.k AS rk FROM l FULL JOIN r USING (k) WHERE k > 1;
SELECT * FROM l FULL JOIN r USING (k) JOIN (SELECT 3 AS k, 'z' AS z) USING (k);
SELECT l.*, rv FROM l JOIN r USING (k);
/* expect select_1
{"k":1,"lv":"a","rv":"x"}
*/
/* expect select_2
{"k":1,"lv":"a","rv":"x"}
{"k":2,"lv":"b","rv":null}
*/
/* expect select_3
{"k":1,"lv":"a","rv":"x"}
{"k":3,"lv":null,"rv":"y"}
*/
/* expect select_4
{"k":1,"lv":"a","rv":"x"}
{"k":2,"lv":"b","rv":null}
{"k":3,"lv":null,"rv":"y"}
*/
/* expect select_5
{"k":1,"lv":"a","rv":"x"}
{"k":2,"lv":"b","rv":null}
{"k":3,"lv":null,"rv":"y"}
*/
/* expect select_6
{"k":2,"lk":2,"rk":null}
{"k":3,"lk":null,"rk":3}
*/
/* expect select_7
{"k":3,"lv":null,"rv":"y","z":"z"}
*/
/* expect select_8
{"lv":"a","k":1,"rv":"x"}
*/
