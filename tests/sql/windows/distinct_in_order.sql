-- values that count once come in the order in which they came, in windows that are put together from slices, too
-- flink differs, select_1: its LISTAGG and ARRAY_AGG of DISTINCT values cannot be put together from slices
CREATE TABLE t (s STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
pear,30,2024-01-01 00:00:01
apple,7,2024-01-01 00:00:02
pear,30,2024-01-01 00:00:03
fig,5,2024-01-01 00:00:06
apple,900,2024-01-01 00:00:07
kiwi,7,2024-01-01 00:00:08
');
SELECT window_end, LISTAGG(DISTINCT s) AS l, ARRAY_AGG(DISTINCT n) AS a, COUNT(DISTINCT n) AS c
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
/* expect select_1
{"window_end":"2024-01-01 00:00:05.000","l":"pear,apple","a":[30,7],"c":2}
{"window_end":"2024-01-01 00:00:10.000","l":"pear,apple,fig,kiwi","a":[30,7,5,900],"c":4}
{"window_end":"2024-01-01 00:00:15.000","l":"fig,apple,kiwi","a":[5,900,7],"c":3}
*/
