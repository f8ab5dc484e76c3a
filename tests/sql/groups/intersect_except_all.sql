-- INTERSECT ALL keeps the smaller number of equal rows, EXCEPT ALL the left's less the right's.
CREATE TABLE events (side STRING, k INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
l,1
l,1
l,1
l,NULL
l,2
r,1
r,1
r,NULL
r,NULL
r,3
');
SELECT k FROM events WHERE side = 'l' INTERSECT ALL SELECT k FROM events WHERE side = 'r';
SELECT k FROM events WHERE side = 'l' EXCEPT ALL SELECT k FROM events WHERE side = 'r';
SELECT k FROM events WHERE side = 'l' UNION SELECT k FROM events WHERE side = 'r';
/* expect select_1
{"k":1}
{"k":1}
{"k":null}
*/
/* expect select_2
{"k":1}
{"k":2}
*/
/* expect select_3
{"k":1}
{"k":2}
{"k":3}
{"k":null}
*/
