-- a filter in a JSON path is refused by name
-- flink differs, error: it has filters
SELECT JSON_QUERY('{"a":[{"p":1}]}', '$.a[?(@.p > 2)]') AS x;
/* expect error
filters are not supported
*/
