-- An interval of processing time: rows meet what the other side brought within it, and one that met none comes out when it is over, or the input is; nothing is taken back.
-- flink differs, select_2: it loses rows that wait for the clock at the end of the input
CREATE TABLE a (k STRING, x INT, p AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
u,1
u,2
v,3
');
CREATE TABLE b (k STRING, y INT, p AS PROCTIME()) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
u,5
w,6
');
SELECT a.k, a.x, b.y FROM a JOIN b ON a.k = b.k AND b.p BETWEEN a.p - INTERVAL '1' DAY AND a.p + INTERVAL '1' DAY;
SELECT a.k, a.x, b.y FROM a LEFT JOIN b ON a.k = b.k AND b.p BETWEEN a.p - INTERVAL '1' DAY AND a.p + INTERVAL '1' DAY;
EXPLAIN CHANGELOG_MODE SELECT a.x, b.y FROM a LEFT JOIN b ON a.k = b.k AND b.p BETWEEN a.p - INTERVAL '1' DAY AND a.p + INTERVAL '1' DAY;
/* expect select_1
{"k":"u","x":1,"y":5}
{"k":"u","x":2,"y":5}
*/
/* expect select_2
{"k":"u","x":1,"y":5}
{"k":"u","x":2,"y":5}
{"k":"v","x":3,"y":null}
*/
