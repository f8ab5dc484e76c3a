-- its members stand in brackets, not behind a point
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"s":"[1]"}');
SELECT x.v.a FROM (SELECT PARSE_JSON(s) AS v FROM t) AS x;
/* expect error
'.a' needs a ROW, not VARIANT; write v['a']
*/
