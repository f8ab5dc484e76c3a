-- JSON_VALUE does not convert: a text is no INT
SELECT JSON_VALUE(j, '$.a' RETURNING INT) AS x FROM (VALUES ('{"a":"5"}')) AS t (j);
/* expect error
JSON_VALUE: '5' is no INT; read it as a STRING and TRY_CAST it
*/
