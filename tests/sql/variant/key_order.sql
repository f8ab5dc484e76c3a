-- keys stand in the order of Java's strings, which is that of UTF-16
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"é\":1,\"z\":2,\"Z\":3,\"10\":4,\"9\":5,\"\":6,\"zz\":7}"}
{"id":2,"s":"{\"\\uffee\":1,\"\\ud83d\\ude00\":2,\"\\ud7ff\":3}"}
');
SELECT id, PARSE_JSON(s) AS v, PARSE_JSON(s)['zz'] AS zz, PARSE_JSON(s)[''] AS nameless, PARSE_JSON(s)['😀'] AS smile FROM t;
/* expect select_1
{"id":1,"v":"{\"\":6,\"10\":4,\"9\":5,\"Z\":3,\"z\":2,\"zz\":7,\"é\":1}","zz":"7","nameless":"6","smile":null}
{"id":2,"v":"{\"퟿\":3,\"😀\":2,\"￮\":1}","zz":null,"nameless":null,"smile":"2"}
*/
