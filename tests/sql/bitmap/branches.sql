-- CASE, IF, and = beside a set that is NOT NULL
-- flink differs, select_1: its planner falls over
CREATE TABLE t (id INT, a ARRAY<INT>) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"a":[1,2]}
{"id":2,"a":null}
{"id":3,"a":[9]}
');
SELECT id, CASE WHEN id > 2 THEN BITMAP_BUILD(ARRAY[5]) ELSE BITMAP_BUILD(a) END AS c, IF(id > 2, BITMAP_BUILD(a), CAST(NULL AS BITMAP)) AS i, BITMAP_BUILD(a) = BITMAP_BUILD(ARRAY[2, 1]) AS e, BITMAP_BUILD(a) IS DISTINCT FROM BITMAP_BUILD(ARRAY[2, 1]) AS d FROM t;
SELECT id, NULLIF(BITMAP_BUILD(a), BITMAP_BUILD(a)) AS n FROM t;
/* expect select_1
{"id":1,"c":"{1,2}","i":null,"e":true,"d":false}
{"id":2,"c":null,"i":null,"e":null,"d":true}
{"id":3,"c":"{5}","i":"{9}","e":false,"d":true}
*/
/* expect select_2
{"id":1,"n":null}
{"id":2,"n":null}
{"id":3,"n":null}
*/
