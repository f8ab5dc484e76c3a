-- the value null is not NULL: it is there, it prints as null, and no function for NULL looks at it
CREATE TABLE t (id INT, s STRING, d STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"null","d":"0"}
{"id":2,"s":null,"d":"0"}
{"id":3,"s":"{\"a\":null}","d":"{\"a\":null}"}
{"id":4,"s":"{\"b\":1}","d":null}
');
SELECT id, PARSE_JSON(s) AS v, PARSE_JSON(s) IS NULL AS n, PARSE_JSON(s) IS NOT NULL AS nn FROM t;
SELECT id, PARSE_JSON(s)['a'] AS a, PARSE_JSON(s)['a'] IS NULL AS n FROM t WHERE id > 2;
SELECT id, COALESCE(PARSE_JSON(s), PARSE_JSON(d)) AS c, NULLIF(PARSE_JSON(s), PARSE_JSON(d)) AS nf, CASE WHEN id > 2 THEN PARSE_JSON(s) ELSE PARSE_JSON(d) END AS w, CASE WHEN id = 1 THEN PARSE_JSON(s) ELSE CAST(NULL AS VARIANT) END AS i FROM t;
/* expect select_1
{"id":1,"v":"null","n":false,"nn":true}
{"id":2,"v":null,"n":true,"nn":false}
{"id":3,"v":"{\"a\":null}","n":false,"nn":true}
{"id":4,"v":"{\"b\":1}","n":false,"nn":true}
*/
/* expect select_2
{"id":3,"a":"null","n":false}
{"id":4,"a":null,"n":true}
*/
/* expect select_3
{"id":1,"c":"null","nf":"null","w":"0","i":"null"}
{"id":2,"c":"0","nf":null,"w":"0","i":null}
{"id":3,"c":"{\"a\":null}","nf":null,"w":"{\"a\":null}","i":null}
{"id":4,"c":"{\"b\":1}","nf":"{\"b\":1}","w":"{\"b\":1}","i":null}
*/
