-- texts of a VARIANT: escapes are read and only those written that must be; half a surrogate pair is a question mark
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"\"\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\\\/\""}
{"id":2,"s":"[\"\\u00e9\\ud83d\\ude00\", \"\\ud83d\", \"é😀\", \"\\u007f\"]"}
{"id":3,"s":"{\"\\u0062\":1,\"a\\\"\":2}"}
{"id":4,"s":"\"it''s\""}
');
SELECT id, PARSE_JSON(s) AS v FROM t;
/* expect select_1
{"id":1,"v":"\"\\u0001\\u001F\\b\\t\\n\\f\\r\\\"\\\\/\""}
{"id":2,"v":"[\"é😀\",\"?\",\"é😀\",\"\"]"}
{"id":3,"v":"{\"a\\\"\":2,\"b\":1}"}
{"id":4,"v":"\"it's\""}
*/
