-- broken records are skipped and broken fields are NULL when the format is told to ignore them
CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'inline', 'format' = 'json', 'json.ignore-parse-errors' = 'true', 'rows' = '
{"a":1,"b":"x"}
not json
{"a":"many","b":true}
{"b":{"c": 1}}
');
SELECT * FROM t;
/* expect select_1
{"a":1,"b":"x"}
{"a":null,"b":"true"}
{"a":null,"b":"{\"c\":1}"}
*/
