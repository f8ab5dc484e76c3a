-- PARSE_JSON reads texts
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT PARSE_JSON(id) AS v FROM t;
/* expect error
a JSON text and whether a key may come twice
*/
