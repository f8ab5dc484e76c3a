-- A condition over the rows of SESSION is asked of rows that are in their sessions already; one over what they are partitioned by, and where sessions are grouped, of those before.
CREATE TABLE sensor (id STRING, room INT, temp DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
b,1,20.0,2024-01-01 10:00:35
a,2,25.0,2024-01-01 10:00:36
b,1,25.5,2024-01-01 10:00:40
b,2,23.0,2024-01-01 10:00:45
a,2,21.0,2024-01-01 10:00:41
a,1,26.0,2024-01-01 10:00:50
b,1,28.0,2024-01-01 10:00:58
a,1,19.0,2024-01-01 10:01:30
');
SELECT window_start, window_end, id, temp FROM TABLE(SESSION(TABLE sensor PARTITION BY id, DESCRIPTOR(ts), INTERVAL '6' SECOND)) WHERE temp > 24;
SELECT window_start, window_end, id, temp FROM TABLE(SESSION(TABLE sensor PARTITION BY id, DESCRIPTOR(ts), INTERVAL '6' SECOND)) WHERE id = 'b' AND temp > 24;
SELECT window_start, window_end, temp FROM TABLE(SESSION(TABLE sensor, DESCRIPTOR(ts), INTERVAL '6' SECOND)) WHERE ts > TIMESTAMP '2024-01-01 10:00:40';
SELECT window_start, window_end, id, temp FROM TABLE(SESSION(TABLE sensor PARTITION BY (id, room), DESCRIPTOR(ts), INTERVAL '6' SECOND)) WHERE room = 1 AND window_start > TIMESTAMP '2024-01-01 10:00:30' AND temp < 27;
SELECT window_start, window_end, id, COUNT(*) AS n, SUM(temp) AS s FROM TABLE(SESSION(TABLE sensor PARTITION BY id, DESCRIPTOR(ts), INTERVAL '6' SECOND)) WHERE temp > 24 GROUP BY window_start, window_end, id;
SELECT window_start, window_end, room, COUNT(*) AS n FROM TABLE(SESSION(TABLE sensor PARTITION BY id, DESCRIPTOR(ts), INTERVAL '6' SECOND)) WHERE temp > 24 GROUP BY window_start, window_end, room;
SELECT window_start, window_end, id, MAX(temp) AS m FROM TABLE(SESSION(TABLE sensor PARTITION BY id, DESCRIPTOR(ts), INTERVAL '6' SECOND)) WHERE temp > 24 AND window_end > TIMESTAMP '2024-01-01 10:00:50' GROUP BY window_start, window_end, id;
SELECT s.window_start, s.id, s.temp FROM (SELECT * FROM TABLE(SESSION(TABLE sensor PARTITION BY id, DESCRIPTOR(ts), INTERVAL '6' SECOND))) AS s WHERE s.temp > 24 AND s.room = 1;
/* expect select_1
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:51.000","id":"b","temp":25.5}
{"window_start":"2024-01-01 10:00:36.000","window_end":"2024-01-01 10:00:42.000","id":"a","temp":25.0}
{"window_start":"2024-01-01 10:00:50.000","window_end":"2024-01-01 10:00:56.000","id":"a","temp":26.0}
{"window_start":"2024-01-01 10:00:58.000","window_end":"2024-01-01 10:01:04.000","id":"b","temp":28.0}
*/
/* expect select_2
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:51.000","id":"b","temp":25.5}
{"window_start":"2024-01-01 10:00:58.000","window_end":"2024-01-01 10:01:04.000","id":"b","temp":28.0}
*/
/* expect select_3
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:56.000","temp":21.0}
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:56.000","temp":23.0}
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:56.000","temp":26.0}
{"window_start":"2024-01-01 10:00:58.000","window_end":"2024-01-01 10:01:04.000","temp":28.0}
{"window_start":"2024-01-01 10:01:30.000","window_end":"2024-01-01 10:01:36.000","temp":19.0}
*/
/* expect select_4
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:46.000","id":"b","temp":20.0}
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:46.000","id":"b","temp":25.5}
{"window_start":"2024-01-01 10:00:50.000","window_end":"2024-01-01 10:00:56.000","id":"a","temp":26.0}
{"window_start":"2024-01-01 10:01:30.000","window_end":"2024-01-01 10:01:36.000","id":"a","temp":19.0}
*/
/* expect select_5
{"window_start":"2024-01-01 10:00:36.000","window_end":"2024-01-01 10:00:42.000","id":"a","n":1,"s":25.0}
{"window_start":"2024-01-01 10:00:40.000","window_end":"2024-01-01 10:00:46.000","id":"b","n":1,"s":25.5}
{"window_start":"2024-01-01 10:00:50.000","window_end":"2024-01-01 10:00:56.000","id":"a","n":1,"s":26.0}
{"window_start":"2024-01-01 10:00:58.000","window_end":"2024-01-01 10:01:04.000","id":"b","n":1,"s":28.0}
*/
/* expect select_6
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:51.000","room":1,"n":1}
{"window_start":"2024-01-01 10:00:36.000","window_end":"2024-01-01 10:00:42.000","room":2,"n":1}
{"window_start":"2024-01-01 10:00:50.000","window_end":"2024-01-01 10:00:56.000","room":1,"n":1}
{"window_start":"2024-01-01 10:00:58.000","window_end":"2024-01-01 10:01:04.000","room":1,"n":1}
*/
/* expect select_7
{"window_start":"2024-01-01 10:00:35.000","window_end":"2024-01-01 10:00:51.000","id":"b","m":25.5}
{"window_start":"2024-01-01 10:00:50.000","window_end":"2024-01-01 10:00:56.000","id":"a","m":26.0}
{"window_start":"2024-01-01 10:00:58.000","window_end":"2024-01-01 10:01:04.000","id":"b","m":28.0}
*/
/* expect select_8
{"window_start":"2024-01-01 10:00:35.000","id":"b","temp":25.5}
{"window_start":"2024-01-01 10:00:50.000","id":"a","temp":26.0}
{"window_start":"2024-01-01 10:00:58.000","id":"b","temp":28.0}
*/
