-- texts as BOOLEAN: no blanks around them
CREATE TABLE s (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":" true "}
{"id":2,"s":"TRUE"}
{"id":3,"s":"t"}
{"id":4,"s":" 1"}
{"id":5,"s":"1"}
{"id":6,"s":"yes"}
{"id":7,"s":"Y"}
{"id":8,"s":"f"}
{"id":9,"s":"0 "}
{"id":10,"s":"off"}
{"id":11,"s":"1.0"}
');
SELECT id, TRY_CAST(s AS BOOLEAN) AS b FROM s;
/* expect select_1
{"id":1,"b":null}
{"id":10,"b":null}
{"id":11,"b":null}
{"id":2,"b":true}
{"id":3,"b":true}
{"id":4,"b":null}
{"id":5,"b":true}
{"id":6,"b":true}
{"id":7,"b":true}
{"id":8,"b":false}
{"id":9,"b":null}
*/
