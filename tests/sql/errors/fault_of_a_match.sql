-- a pattern that cannot be told says by which row
CREATE TABLE t (id INT, k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,a,4,2024-01-01 00:00:01
2,b,0,2024-01-01 00:00:02
3,b,7,2024-01-01 00:00:03
');
SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.id AS f PATTERN (A B) DEFINE A AS 8 / A.v > 1, B AS B.v > 5);
/* expect error
in (/ 8 v); operator Match(partition=[$1], time=$3, pattern=[v0{1,1} v1{1,1}], within=0 ms, skip=to n… of select_1; row {"id":2,"k":"b","v":0,"ts":"2024-01-01 00:00:02.000"}
*/
