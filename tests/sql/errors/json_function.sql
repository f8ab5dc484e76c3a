-- functions of JSON paths but length() are refused by name
-- flink differs, error: it has more of them
SELECT JSON_VALUE('{"a":[1,2]}', '$.a.max()') AS x;
/* expect error
functions but length(), such as max(), are not supported
*/
