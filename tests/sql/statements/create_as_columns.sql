-- CREATE TABLE … AS with columns of its own, in front; with another type for one of the query's, with a key, a watermark, or nothing but names
CREATE TABLE s (id STRING NOT NULL, temp FLOAT, ts TIMESTAMP(3), n INT, WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1.5,2026-01-01 00:00:01,1
b,2.5,2026-01-01 00:00:02,2
a,3.5,2026-01-01 00:00:03,3
');
CREATE TABLE keyed (PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print') AS SELECT id, COUNT(*) AS c FROM s GROUP BY id;
CREATE TABLE computed (x AS c + 1) WITH ('connector' = 'print') AS SELECT id, COUNT(*) AS c FROM s GROUP BY id;
CREATE TABLE wider (z INT, n BIGINT, temp DOUBLE, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'print') AS SELECT id, n, ts, temp FROM s;
CREATE TABLE turned (n, id) WITH ('connector' = 'print') AS SELECT id, n FROM s;
DESCRIBE keyed;
DESCRIBE computed;
DESCRIBE wider;
DESCRIBE turned;
/* expect keyed
{"id":"a","c":2}
{"id":"b","c":1}
*/
/* expect computed
{"id":"a","c":2}
{"id":"b","c":1}
*/
/* expect wider
{"z":null,"id":"a","n":1,"ts":"2026-01-01 00:00:01.000","temp":1.5}
{"z":null,"id":"a","n":3,"ts":"2026-01-01 00:00:03.000","temp":3.5}
{"z":null,"id":"b","n":2,"ts":"2026-01-01 00:00:02.000","temp":2.5}
*/
/* expect turned
{"n":1,"id":"a"}
{"n":2,"id":"b"}
{"n":3,"id":"a"}
*/
