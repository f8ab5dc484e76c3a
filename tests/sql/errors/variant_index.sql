-- a VARIANT is asked by a key or a whole number
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT PARSE_JSON(s)[1.5] AS v FROM t;
/* expect error
a VARIANT and a key or a place
*/
