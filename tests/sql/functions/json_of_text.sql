-- JSON(text) inside of JSON_OBJECT and JSON_ARRAY: compact, keys in order, numbers as they are written
SELECT JSON_OBJECT('p' VALUE JSON(s)) AS a, JSON_ARRAY(JSON(s), s) AS b FROM (VALUES ('{"a": [1, 2.50]}'), ('"x"'), (CAST(NULL AS STRING))) AS t (s);
SELECT JSON_OBJECT('p' VALUE JSON('{"b": 1 , "a": 2}')) AS a FROM (VALUES (1)) AS t (s);
/* expect select_1
{"a":"{\"p\":\"x\"}","b":"[\"x\",\"\\\"x\\\"\"]"}
{"a":"{\"p\":null}","b":"[]"}
{"a":"{\"p\":{\"a\":[1,2.50]}}","b":"[{\"a\":[1,2.50]},\"{\\\"a\\\": [1, 2.50]}\"]"}
*/
/* expect select_2
{"a":"{\"p\":{\"a\":2,\"b\":1}}"}
*/
