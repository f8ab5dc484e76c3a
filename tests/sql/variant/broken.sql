-- TRY_PARSE_JSON gives NULL for what is no JSON, where PARSE_JSON fails
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":""}
{"id":2,"s":"tru"}
{"id":3,"s":"TRUE"}
{"id":4,"s":"NaN"}
{"id":5,"s":"''a''"}
{"id":6,"s":"{a:1}"}
{"id":7,"s":"{\"a\":1,}"}
{"id":8,"s":"[1,]"}
{"id":9,"s":"01"}
{"id":10,"s":"+1"}
{"id":11,"s":".5"}
{"id":12,"s":"1."}
{"id":13,"s":"{\"a\":1"}
{"id":14,"s":"1x"}
{"id":15,"s":"nullx"}
{"id":16,"s":"/*c*/1"}
{"id":17,"s":"\"a"}
{"id":18,"s":"{\"a\" 1}"}
{"id":19,"s":" "}
');
SELECT id, TRY_PARSE_JSON(s) AS v, TRY_PARSE_JSON(s) IS NULL AS n FROM t;
/* expect select_1
{"id":1,"v":null,"n":true}
{"id":10,"v":null,"n":true}
{"id":11,"v":null,"n":true}
{"id":12,"v":null,"n":true}
{"id":13,"v":null,"n":true}
{"id":14,"v":null,"n":true}
{"id":15,"v":null,"n":true}
{"id":16,"v":null,"n":true}
{"id":17,"v":null,"n":true}
{"id":18,"v":null,"n":true}
{"id":19,"v":null,"n":true}
{"id":2,"v":null,"n":true}
{"id":3,"v":null,"n":true}
{"id":4,"v":null,"n":true}
{"id":5,"v":null,"n":true}
{"id":6,"v":null,"n":true}
{"id":7,"v":null,"n":true}
{"id":8,"v":null,"n":true}
{"id":9,"v":null,"n":true}
*/
