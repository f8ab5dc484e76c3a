-- ERROR ON ERROR fails and says what was missing
SELECT JSON_VALUE(j, '$.b' ERROR ON ERROR) AS x FROM (VALUES ('{"a":"5"}')) AS t (j);
/* expect error
function JSON_VALUE: nothing lies at '$.b'
*/
