-- a VARIANT is equal to VARIANTs only
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT id FROM t WHERE PARSE_JSON(s)[1] = 1;
/* expect error
values that compare with each other
*/
