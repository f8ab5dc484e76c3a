-- the same in windows made of slices, in sessions, and before OVER with frames that rows leave again
-- flink differs, select_1: its JSON_ARRAYAGG cannot be put together from slices
-- flink differs, select_2: its FIRST_VALUE cannot be put together from sessions
CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1,2024-01-01 00:00:01
a,4,2024-01-01 00:00:04
b,2,2024-01-01 00:00:06
a,4,2024-01-01 00:00:08
a,1,2024-01-01 00:00:21
');
SELECT k, window_start AS s, ARRAY_AGG(n) AS a, LISTAGG(CAST(n AS STRING)) AS l, PERCENTILE(n, 0.5) AS p, COLLECT(n) AS c, JSON_ARRAYAGG(n) AS j FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
SELECT k, FIRST_VALUE(n) AS f, LAST_VALUE(n) AS la, VAR_POP(CAST(n AS DOUBLE)) AS v, ARRAY_AGG(n) AS a FROM t GROUP BY k, SESSION(ts, INTERVAL '5' SECOND);
SELECT n, FIRST_VALUE(n) OVER w AS f, LAST_VALUE(n) OVER w AS la, ARRAY_AGG(n) OVER w AS a, LISTAGG(CAST(n AS STRING)) OVER w AS l, STDDEV_POP(CAST(n AS DOUBLE)) OVER w AS s, PERCENTILE(n, 0.5) OVER w AS p FROM t WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
/* expect select_1
{"k":"a","s":"2023-12-31 23:59:55.000","a":[1,4],"l":"1,4","p":2.5,"c":[[1,1],[4,1]],"j":"[1,4]"}
{"k":"a","s":"2024-01-01 00:00:00.000","a":[1,4,4],"l":"1,4,4","p":4.0,"c":[[1,1],[4,2]],"j":"[1,4,4]"}
{"k":"a","s":"2024-01-01 00:00:05.000","a":[4],"l":"4","p":4.0,"c":[[4,1]],"j":"[4]"}
{"k":"a","s":"2024-01-01 00:00:15.000","a":[1],"l":"1","p":1.0,"c":[[1,1]],"j":"[1]"}
{"k":"a","s":"2024-01-01 00:00:20.000","a":[1],"l":"1","p":1.0,"c":[[1,1]],"j":"[1]"}
{"k":"b","s":"2024-01-01 00:00:00.000","a":[2],"l":"2","p":2.0,"c":[[2,1]],"j":"[2]"}
{"k":"b","s":"2024-01-01 00:00:05.000","a":[2],"l":"2","p":2.0,"c":[[2,1]],"j":"[2]"}
*/
/* expect select_2
{"k":"a","f":1,"la":1,"v":0.0,"a":[1]}
{"k":"a","f":1,"la":4,"v":2.0,"a":[1,4,4]}
{"k":"b","f":2,"la":2,"v":0.0,"a":[2]}
*/
/* expect select_3
{"n":1,"f":1,"la":1,"a":[1],"l":"1","s":0.0,"p":1.0}
{"n":1,"f":4,"la":1,"a":[4,1],"l":"4,1","s":1.5,"p":2.5}
{"n":2,"f":2,"la":2,"a":[2],"l":"2","s":0.0,"p":2.0}
{"n":4,"f":1,"la":4,"a":[1,4],"l":"1,4","s":1.5,"p":2.5}
{"n":4,"f":4,"la":4,"a":[4,4],"l":"4,4","s":0.0,"p":4.0}
*/
