-- ON CONFLICT DO NOTHING keeps the oldest row of a key; an update of it keeps its place, and when it leaves the next one stands
-- flink differs, s: it judges when a watermark comes, and forgets the rows that it did not keep
CREATE TABLE t (b INT, a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,5
2,5
1,5
1,6
');
CREATE TABLE s (id INT, g INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO s SELECT MAX(a), b, COUNT(*) FROM t GROUP BY b ON CONFLICT DO NOTHING;
CREATE TABLE f (id INT, b INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO f SELECT a, b FROM t ON CONFLICT DO NOTHING;
/* expect s
{"id":5,"g":2,"n":1}
{"id":6,"g":1,"n":3}
*/
/* expect changelog s
{"op":"+I","id":5,"g":1,"n":1}
{"op":"-U","id":5,"g":1,"n":1}
{"op":"+U","id":5,"g":1,"n":2}
{"op":"-U","id":5,"g":1,"n":2}
{"op":"+U","id":5,"g":2,"n":1}
{"op":"+I","id":6,"g":1,"n":3}
*/
/* expect f
{"id":5,"b":1}
{"id":6,"b":1}
*/
