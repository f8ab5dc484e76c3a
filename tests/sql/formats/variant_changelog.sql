-- a VARIANT column of debezium-json: images hold any JSON, and an update is told apart by it
-- not for flink: its json formats have no VARIANT
CREATE TABLE t (id INT, v VARIANT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'inline', 'format' = 'debezium-json', 'rows' = '
{"before":null,"after":{"id":1,"v":{"b":1,"a":[2.50]}},"op":"c"}
{"before":null,"after":{"id":2,"v":"x"},"op":"c"}
{"before":{"id":1,"v":{"a":[2.5],"b":1}},"after":{"id":1,"v":[1]},"op":"u"}
{"before":{"id":2,"v":"x"},"after":null,"op":"d"}
');
SELECT * FROM t;
SELECT v, COUNT(*) AS n FROM t GROUP BY v;
/* expect changelog select_1
{"op":"+I","id":1,"v":"{\"a\":[2.5],\"b\":1}"}
{"op":"+I","id":2,"v":"\"x\""}
{"op":"-U","id":1,"v":"{\"a\":[2.5],\"b\":1}"}
{"op":"+U","id":1,"v":"[1]"}
{"op":"-D","id":2,"v":"\"x\""}
*/
/* expect select_2
{"v":"[1]","n":1}
*/
