-- the same over rows that are taken back: of equal values the oldest goes, and the answers are those that Flink gives
CREATE TABLE t (k STRING, c BIGINT) WITH ('connector' = 'inline', 'format' = 'debezium-json', 'rows' = '
{"after":{"k":"a","c":1},"op":"c"}
{"after":{"k":"b","c":1},"op":"c"}
{"before":{"k":"a","c":1},"after":{"k":"a","c":2},"op":"u"}
{"after":{"k":"d","c":9},"op":"c"}
{"before":{"k":"d","c":9},"op":"d"}
');
SELECT LAST_VALUE(c) AS la, FIRST_VALUE(c) AS f, LISTAGG(CAST(c AS STRING)) AS l, ARRAY_AGG(c) AS a, COLLECT(c) AS m, COLLECT(DISTINCT c) AS md FROM t;
SELECT JSON_ARRAYAGG(c) AS a, JSON_OBJECTAGG(KEY k VALUE c) AS o, PERCENTILE(c, 0.5) AS p, VAR_POP(c) AS v, STDDEV_SAMP(CAST(c AS DOUBLE)) AS s FROM t;
SELECT k, LAST_VALUE(c) AS la, LISTAGG(CAST(c AS STRING)) AS l, ARRAY_AGG(c) AS a FROM t GROUP BY k;
/* expect select_1
{"la":2,"f":1,"l":"1,2","a":[1,2],"m":[[1,1],[2,1]],"md":[[1,1],[2,1]]}
*/
/* expect select_2
{"a":"[1,2]","o":"{\"a\":2,\"b\":1}","p":1.5,"v":0,"s":0.7071067811865476}
*/
/* expect select_3
{"k":"a","la":2,"l":"2","a":[2]}
{"k":"b","la":1,"l":"1","a":[1]}
*/
