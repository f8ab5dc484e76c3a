-- LEFT interval join: l.ts = r.ts
CREATE TABLE l (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
1,x,2024-01-01 00:00:01
2,y,2024-01-01 00:00:03
3,x,2024-01-01 00:00:04
4,-,2024-01-01 00:00:05
5,x,2024-01-01 00:00:12
6,y,2024-01-01 00:00:10
7,z,2024-01-01 00:00:21
');
CREATE TABLE r (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
11,x,2024-01-01 00:00:01
12,x,2024-01-01 00:00:06
13,y,2024-01-01 00:00:09
14,-,2024-01-01 00:00:05
15,x,2024-01-01 00:00:10
16,w,2024-01-01 00:00:11
17,y,2024-01-01 00:00:12
18,z,2024-01-01 00:00:19
');
SELECT l.id, r.id AS rid FROM l LEFT JOIN r ON l.k = r.k AND l.ts = r.ts;
/* expect select_1
{"id":1,"rid":11}
{"id":2,"rid":null}
{"id":3,"rid":null}
{"id":4,"rid":null}
{"id":5,"rid":null}
{"id":6,"rid":null}
{"id":7,"rid":null}
*/
