-- LEFT window join over hop
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
SELECT x.id, y.id AS rid, x.window_start, y.window_end FROM (SELECT * FROM TABLE(HOP(TABLE l, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))) AS x LEFT JOIN (SELECT * FROM TABLE(HOP(TABLE r, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))) AS y
ON x.k = y.k AND x.window_start = y.window_start AND x.window_end = y.window_end;
/* expect select_1
{"id":1,"rid":11,"window_start":"2023-12-31 23:59:55.000","window_end":"2024-01-01 00:00:05.000"}
{"id":1,"rid":11,"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:10.000"}
{"id":1,"rid":12,"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:10.000"}
{"id":2,"rid":13,"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:10.000"}
{"id":2,"rid":null,"window_start":"2023-12-31 23:59:55.000","window_end":null}
{"id":3,"rid":11,"window_start":"2023-12-31 23:59:55.000","window_end":"2024-01-01 00:00:05.000"}
{"id":3,"rid":11,"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:10.000"}
{"id":3,"rid":12,"window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:10.000"}
{"id":4,"rid":null,"window_start":"2024-01-01 00:00:00.000","window_end":null}
{"id":4,"rid":null,"window_start":"2024-01-01 00:00:05.000","window_end":null}
{"id":5,"rid":12,"window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:15.000"}
{"id":5,"rid":15,"window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:15.000"}
{"id":5,"rid":15,"window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:20.000"}
{"id":6,"rid":13,"window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:15.000"}
{"id":6,"rid":17,"window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:15.000"}
{"id":6,"rid":17,"window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:20.000"}
{"id":7,"rid":18,"window_start":"2024-01-01 00:00:15.000","window_end":"2024-01-01 00:00:25.000"}
{"id":7,"rid":null,"window_start":"2024-01-01 00:00:20.000","window_end":null}
*/
