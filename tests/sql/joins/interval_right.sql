-- Right interval join.
CREATE TABLE events (side STRING, k STRING, a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
u,x,2,2024-01-01 00:00:02
u,NULL,2,2024-01-01 00:00:23
t,z,1,2024-01-01 00:00:06
t,x,1,2024-01-01 00:00:11
u,y,3,2024-01-01 00:00:18
t,NULL,6,2024-01-01 00:00:01
u,y,5,2024-01-01 00:00:23
t,x,5,2024-01-01 00:00:18
u,y,3,2024-01-01 00:00:03
t,y,NULL,2024-01-01 00:00:10
u,z,6,2024-01-01 00:00:16
u,z,6,2024-01-01 00:00:01
t,NULL,6,2024-01-01 00:00:04
t,x,6,2024-01-01 00:00:10
u,NULL,1,2024-01-01 00:00:01
t,z,NULL,2024-01-01 00:00:05
u,z,5,2024-01-01 00:00:14
u,y,5,2024-01-01 00:00:01
t,z,2,2024-01-01 00:00:06
t,x,NULL,2024-01-01 00:00:00
');
CREATE VIEW t AS SELECT k, a, ts FROM events WHERE side = 't';
CREATE VIEW u AS SELECT k, a, ts FROM events WHERE side = 'u';
SELECT l.a AS la, CAST(l.ts AS TIMESTAMP(3)) AS lt, r.a AS ra, CAST(r.ts AS TIMESTAMP(3)) AS rt FROM t AS l RIGHT JOIN u AS r ON l.k = r.k AND l.ts BETWEEN r.ts - INTERVAL '2' SECOND AND r.ts + INTERVAL '3' SECOND;
/* expect select_1
{"la":null,"lt":"2024-01-01 00:00:00.000","ra":2,"rt":"2024-01-01 00:00:02.000"}
{"la":null,"lt":null,"ra":1,"rt":"2024-01-01 00:00:01.000"}
{"la":null,"lt":null,"ra":2,"rt":"2024-01-01 00:00:23.000"}
{"la":null,"lt":null,"ra":3,"rt":"2024-01-01 00:00:03.000"}
{"la":null,"lt":null,"ra":3,"rt":"2024-01-01 00:00:18.000"}
{"la":null,"lt":null,"ra":5,"rt":"2024-01-01 00:00:01.000"}
{"la":null,"lt":null,"ra":5,"rt":"2024-01-01 00:00:14.000"}
{"la":null,"lt":null,"ra":5,"rt":"2024-01-01 00:00:23.000"}
{"la":null,"lt":null,"ra":6,"rt":"2024-01-01 00:00:01.000"}
{"la":null,"lt":null,"ra":6,"rt":"2024-01-01 00:00:16.000"}
*/
