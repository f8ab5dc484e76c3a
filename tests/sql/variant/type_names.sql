-- TYPEOF of VARIANT, which is nullable where something in it is
CREATE TABLE t (id INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"s":"{\"a\":1}"}
{"id":2,"s":null}
');
SELECT id, TYPEOF(PARSE_JSON(s)) AS v, TYPEOF(PARSE_JSON(s)['a'], TRUE) AS a, TYPEOF(TRY_PARSE_JSON('1')) AS t, TYPEOF(PARSE_JSON('1')) AS p, TYPEOF(PARSE_JSON(s, TRUE)) AS d, TYPEOF(ARRAY[PARSE_JSON(s)]) AS r, TYPEOF(CAST(NULL AS VARIANT)) AS c FROM t;
/* expect select_1
{"id":1,"v":"VARIANT","a":"VARIANT","t":"VARIANT","p":"VARIANT NOT NULL","d":"VARIANT","r":"ARRAY<VARIANT> NOT NULL","c":"VARIANT"}
{"id":2,"v":"VARIANT","a":"VARIANT","t":"VARIANT","p":"VARIANT NOT NULL","d":"VARIANT","r":"ARRAY<VARIANT> NOT NULL","c":"VARIANT"}
*/
