-- aggregates that keep every value, as it came; NULLs are skipped by all but ARRAY_AGG and where NULL ON NULL is said; shards of a group see its rows in order
-- flink differs, select_3: JSON_OBJECTAGG of a key that comes twice fails the job
CREATE TABLE t (k STRING, s STRING, n INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"k":"a","s":"x","n":1}
{"k":"a","s":"y","n":null}
{"k":"b","s":null,"n":7}
{"k":"a","s":"x","n":3}
{"k":"a","s":null,"n":1}
{"k":"c","s":null,"n":null}
');
SELECT k, LISTAGG(s) AS l, LISTAGG(s, '-') AS d, LISTAGG(DISTINCT s) AS u, ARRAY_AGG(n) AS a, ARRAY_AGG(DISTINCT n) AS ad, ARRAY_AGG(n) FILTER (WHERE n > 2) AS f FROM t GROUP BY k;
SELECT k, COLLECT(n) AS c, COLLECT(DISTINCT n) AS cd, FIRST_VALUE(n) AS f, LAST_VALUE(n) AS la FROM t GROUP BY k;
SELECT k, JSON_ARRAYAGG(n) AS a, JSON_ARRAYAGG(n NULL ON NULL) AS an, JSON_ARRAYAGG(JSON_OBJECT('n' VALUE n)) AS o, JSON_OBJECTAGG(KEY COALESCE(s, 'none') VALUE n ABSENT ON NULL) AS m FROM t WHERE k <> 'a' OR n IS NOT NULL GROUP BY k;
/* expect select_1
{"k":"a","l":"x,y,x","d":"x-y-x","u":"x,y","a":[1,null,3,1],"ad":[1,null,3],"f":[3]}
{"k":"b","l":null,"d":null,"u":null,"a":[7],"ad":[7],"f":[7]}
{"k":"c","l":null,"d":null,"u":null,"a":[null],"ad":[null],"f":null}
*/
/* expect select_2
{"k":"a","c":[[1,2],[3,1]],"cd":[[1,1],[3,1]],"f":1,"la":1}
{"k":"b","c":[[7,1]],"cd":[[7,1]],"f":7,"la":7}
{"k":"c","c":[],"cd":[],"f":null,"la":null}
*/
/* expect select_3
{"k":"a","a":"[1,3,1]","an":"[1,3,1]","o":"[{\"n\":1},{\"n\":3},{\"n\":1}]","m":"{\"none\":1,\"x\":3}"}
{"k":"b","a":"[7]","an":"[7]","o":"[{\"n\":7}]","m":"{\"none\":7}"}
{"k":"c","a":"[]","an":"[null]","o":"[{\"n\":null}]","m":"{}"}
*/
