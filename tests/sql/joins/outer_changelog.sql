-- Outer joins: a row without a partner comes out with NULLs and is taken back when one comes; NULL keys never meet.
CREATE TABLE events (side STRING, k INT, v STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
l,1,a
r,2,x
r,1,y
r,1,z
l,NULL,b
r,NULL,w
l,2,c
');
CREATE VIEW l AS SELECT k, v FROM events WHERE side = 'l';
CREATE VIEW r AS SELECT k, v FROM events WHERE side = 'r';
SELECT l.k, l.v, r.v AS w FROM l LEFT JOIN r ON l.k = r.k;
SELECT l.k, l.v, r.v AS w FROM l FULL JOIN r ON l.k = r.k;
SELECT l.v, r.v AS w FROM l JOIN r ON l.k = r.k;
SELECT l.v, r.v AS w FROM l RIGHT OUTER JOIN r ON l.k = r.k AND l.v <> 'a';
/* expect changelog select_1
{"op":"+I","k":1,"v":"a","w":null}
{"op":"-D","k":1,"v":"a","w":null}
{"op":"+I","k":1,"v":"a","w":"y"}
{"op":"+I","k":1,"v":"a","w":"z"}
{"op":"+I","k":null,"v":"b","w":null}
{"op":"+I","k":2,"v":"c","w":"x"}
*/
/* expect select_2
{"k":1,"v":"a","w":"y"}
{"k":1,"v":"a","w":"z"}
{"k":2,"v":"c","w":"x"}
{"k":null,"v":"b","w":null}
{"k":null,"v":null,"w":"w"}
*/
/* expect changelog select_2
{"op":"+I","k":1,"v":"a","w":null}
{"op":"+I","k":null,"v":null,"w":"x"}
{"op":"-D","k":1,"v":"a","w":null}
{"op":"+I","k":1,"v":"a","w":"y"}
{"op":"+I","k":1,"v":"a","w":"z"}
{"op":"+I","k":null,"v":"b","w":null}
{"op":"+I","k":null,"v":null,"w":"w"}
{"op":"-D","k":null,"v":null,"w":"x"}
{"op":"+I","k":2,"v":"c","w":"x"}
*/
/* expect select_3
{"v":"a","w":"y"}
{"v":"a","w":"z"}
{"v":"c","w":"x"}
*/
/* expect select_4
{"v":"c","w":"x"}
{"v":null,"w":"w"}
{"v":null,"w":"y"}
{"v":null,"w":"z"}
*/
