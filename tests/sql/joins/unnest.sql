-- UNNEST gives a row for each element, none for NULL and empty lists, a row of NULLs in a LEFT JOIN; maps give key and value; ordinality counts from 1.
CREATE TABLE t (id INT, tags ARRAY<STRING>, m MAP<STRING, INT>, lines ARRAY<ROW<sku STRING, n INT>>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"tags":["a","b"],"m":{"k":7},"lines":[{"sku":"s1","n":2},{"sku":"s2","n":3}]}
{"id":2,"tags":[],"m":null,"lines":null}
{"id":3,"tags":["c",null],"m":{},"lines":[]}
');
SELECT t.id, u.tag FROM t CROSS JOIN UNNEST(t.tags) AS u (tag);
SELECT id, tag, i FROM t LEFT JOIN UNNEST(tags) WITH ORDINALITY AS u (tag, i) ON TRUE;
SELECT id, k, v FROM t CROSS JOIN UNNEST(m) AS u (k, v);
SELECT id, sku, SUM(n) AS n FROM t, UNNEST(t.lines) AS l GROUP BY id, sku;
SELECT CARDINALITY(ARRAY[1, 2]) AS c, ARRAY['x', 'y'][2] AS y, MAP['k', 1]['k'] AS v;
/* expect changelog select_1
{"op":"+I","id":1,"tag":"a"}
{"op":"+I","id":1,"tag":"b"}
{"op":"+I","id":3,"tag":"c"}
{"op":"+I","id":3,"tag":null}
*/
/* expect select_2
{"id":1,"tag":"a","i":1}
{"id":1,"tag":"b","i":2}
{"id":2,"tag":null,"i":null}
{"id":3,"tag":"c","i":1}
{"id":3,"tag":null,"i":2}
*/
/* expect select_3
{"id":1,"k":"k","v":7}
*/
/* expect select_4
{"id":1,"sku":"s1","n":2}
{"id":1,"sku":"s2","n":3}
*/
/* expect select_5
{"c":2,"y":"y","v":1}
*/
