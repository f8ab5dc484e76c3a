-- INTERSECT and EXCEPT keep each row once; NULL is like NULL; what the right side brings later is corrected.
CREATE TABLE events (side STRING, k INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
l,1
l,1
l,NULL
r,1
l,2
r,NULL
');
SELECT k FROM events WHERE side = 'l' EXCEPT SELECT k FROM events WHERE side = 'r';
SELECT k FROM events WHERE side = 'l' INTERSECT SELECT k FROM events WHERE side = 'r';
/* expect changelog select_1
{"op":"+I","k":1}
{"op":"+I","k":null}
{"op":"-D","k":1}
{"op":"+I","k":2}
{"op":"-D","k":null}
*/
/* expect select_2
{"k":1}
{"k":null}
*/
