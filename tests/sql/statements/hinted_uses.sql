-- two uses of one table that hints read differently are two reads
CREATE TABLE t (v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
SELECT v FROM t UNION ALL SELECT v * 10 FROM t /*+ OPTIONS('rows' = '
7
') */ UNION ALL SELECT v * 100 FROM t;
/* expect select_1
{"v":100}
{"v":1}
{"v":200}
{"v":2}
{"v":70}
*/
